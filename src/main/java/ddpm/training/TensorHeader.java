package ddpm.training;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import ddpm.Check;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What stands before the numbers of a safetensors file: a text in JSON that gives the type, the
 * shape and the place of each tensor, and a few strings more.
 *
 * @param metadata the strings
 * @param tensors the tensors by name
 */
record TensorHeader(Map<String, String> metadata, Map<String, Entry> tensors) {

    static final String METADATA = "__metadata__";
    private static final String TYPE = "F32";
    private static final int MOST_AXES = 8;

    /** One tensor; its place is counted in bytes from the end of the header. */
    record Entry(List<Long> shape, long begin, long end) {
        long size() {
            return (end - begin) / Float.BYTES;
        }
    }

    /** The header of tensors that stand one after the other. */
    static TensorHeader of(Map<String, String> metadata, Map<String, List<Long>> shapes) {
        Map<String, Entry> tensors = new LinkedHashMap<>();
        long position = 0;
        for (Map.Entry<String, List<Long>> shape : shapes.entrySet()) {
            long end = position + bytes(shape.getValue());
            tensors.put(shape.getKey(), new Entry(shape.getValue(), position, end));
            position = end;
        }
        return new TensorHeader(metadata, tensors);
    }

    /** How many numbers are in the tensors. */
    long numbers() {
        return tensors.values().stream().mapToLong(Entry::size).sum();
    }

    /** The entries in the order of their places. */
    List<Map.Entry<String, Entry>> inOrder() {
        var byPlace = Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end);
        return tensors.entrySet().stream().sorted(Map.Entry.comparingByValue(byPlace)).toList();
    }

    String text() {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.beginObject().name(METADATA).beginObject();
            for (Map.Entry<String, String> pair : metadata.entrySet()) {
                json.name(pair.getKey()).value(pair.getValue());
            }
            json.endObject();
            for (Map.Entry<String, Entry> pair : tensors.entrySet()) {
                Entry tensor = pair.getValue();
                json.name(pair.getKey()).beginObject().name("dtype").value(TYPE);
                writeLongs(json.name("shape"), tensor.shape());
                writeLongs(json.name("data_offsets"), List.of(tensor.begin(), tensor.end()));
                json.endObject();
            }
            json.endObject();
        } catch (IOException e) {
            throw new IllegalStateException("a string cannot fail to be written", e);
        }
        return text.toString();
    }

    private static void writeLongs(JsonWriter json, List<Long> values) throws IOException {
        json.beginArray();
        for (long value : values) {
            json.value(value);
        }
        json.endArray();
    }

    /** Reads a header, and checks that its tensors fill the file without a gap. */
    static TensorHeader parse(byte[] utf8, long payload) {
        try (JsonReader json = new JsonReader(new StringReader(decode(utf8)))) {
            json.setStrictness(Strictness.STRICT);
            TensorHeader header = read(json);
            header.checkPlaces(payload);
            return header;
        } catch (IOException | IllegalStateException e) {
            throw new IllegalArgumentException("its header is not one of safetensors", e);
        }
    }

    private static String decode(byte[] utf8) throws IOException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    }

    private static TensorHeader read(JsonReader json) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, Entry> tensors = new LinkedHashMap<>();
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (name.equals(METADATA)) {
                readStrings(json, metadata);
            } else {
                Entry before = tensors.put(name, readEntry(json, name));
                Check.that(before == null, "the tensor %s comes twice", brief(name));
            }
        }
        json.endObject();
        Check.that(json.peek() == JsonToken.END_DOCUMENT, "its header goes on after its end");
        return new TensorHeader(metadata, tensors);
    }

    private static void readStrings(JsonReader json, Map<String, String> to) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            Check.that(json.peek() == JsonToken.STRING, "%s is not a string", brief(name));
            String before = to.put(name, json.nextString());
            Check.that(before == null, "%s comes twice", brief(name));
        }
        json.endObject();
    }

    private static Entry readEntry(JsonReader json, String name) throws IOException {
        String type = "none";
        List<Long> shape = List.of(-1L);
        List<Long> place = List.of();
        json.beginObject();
        while (json.hasNext()) {
            switch (json.nextName()) {
                case "dtype" -> type = json.nextString();
                case "shape" -> shape = readLongs(json);
                case "data_offsets" -> place = readLongs(json);
                default -> json.skipValue();
            }
        }
        json.endObject();
        Check.that(
                type.equals(TYPE),
                "the tensor %s has type %s; only F32 is read",
                brief(name),
                brief(type));
        return entry(name, shape, place);
    }

    private static Entry entry(String name, List<Long> shape, List<Long> place) {
        Check.that(place.size() == 2, "the tensor %s has no begin and end", brief(name));
        long begin = place.get(0);
        long end = place.get(1);
        Check.that(
                0 <= begin && begin <= end && end - begin == bytes(shape),
                "the tensor %s has shape %s, but lies in bytes %d to %d",
                brief(name),
                shape,
                begin,
                end);
        return new Entry(shape, begin, end);
    }

    private static List<Long> readLongs(JsonReader json) throws IOException {
        List<Long> values = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            Check.that(json.peek() == JsonToken.NUMBER, "its header has no number for a number");
            values.add(json.nextLong());
            Check.that(values.size() <= MOST_AXES, "a shape has more than %d axes", MOST_AXES);
        }
        json.endArray();
        return values;
    }

    private static long bytes(List<Long> shape) {
        long bytes = Float.BYTES;
        try {
            for (long axis : shape) {
                Check.that(axis >= 0, "a shape is missing, or has an axis of %d", axis);
                bytes = Math.multiplyExact(bytes, axis);
            }
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("a tensor of shape " + shape + " is too large", e);
        }
        return bytes;
    }

    private void checkPlaces(long payload) {
        long position = 0;
        for (Map.Entry<String, Entry> pair : inOrder()) {
            Check.that(
                    pair.getValue().begin() == position,
                    "there is a gap or an overlap at byte %d of its numbers",
                    position);
            position = pair.getValue().end();
        }
        Check.that(
                position == payload,
                "its header promises %d bytes of numbers, and there are %d",
                position,
                payload);
    }

    static String brief(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "…";
    }
}
