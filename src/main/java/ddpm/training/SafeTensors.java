package ddpm.training;

import ddpm.Check;
import ddpm.training.TensorHeader.Entry;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A file of float32 tensors in the safetensors format: the length of the header in 8 bytes, the
 * header, the numbers; all little-endian.
 *
 * <p>Its digest is the first string of the metadata. It is the SHA-256 of the header without the
 * bytes of that entry, {@code "ddpm.sha256":"…",}, and of the numbers. The format itself has none.
 *
 * <p>Not by a channel: an interrupt, which is how training is stopped, would close it.
 */
final class SafeTensors implements Closeable {

    static final String DIGEST = "ddpm.sha256";

    private static final String BEFORE_DIGEST = "{\"" + TensorHeader.METADATA + "\":{";
    private static final int LONGEST_HEADER = 1 << 24;
    private static final int LONGEST_STREAM = 1 << 28;
    private static final int BUFFER = 1 << 16;

    private final InputStream in;
    private final byte[] headerBytes;
    private final TensorHeader header;

    private SafeTensors(InputStream in, long size) throws IOException {
        this.in = in;
        Check.that(size >= Long.BYTES, "%d bytes are too few", size);
        long length = little(bytes(Long.BYTES)).getLong();
        Check.that(
                0 <= length && length <= LONGEST_HEADER && length <= size - Long.BYTES,
                "a header of %d bytes is too long",
                length);
        headerBytes = bytes((int) length);
        header = TensorHeader.parse(headerBytes, size - Long.BYTES - length);
    }

    /** Opens a file and checks its header. */
    static SafeTensors open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r"); // knows its length
        try {
            return new SafeTensors(new FileInputStream(file.getFD()), file.length());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** Reads a stream to its end and checks the header. The caller closes the stream. */
    static SafeTensors open(InputStream stream) throws IOException {
        Check.that(stream != null, "there is no such resource");
        byte[] all = stream.readNBytes(LONGEST_STREAM);
        Check.that(all.length < LONGEST_STREAM, "a stream of %d bytes is too long", all.length);
        return new SafeTensors(new ByteArrayInputStream(all), all.length);
    }

    TensorHeader header() {
        return header;
    }

    /**
     * The digest of the content, if the file has one.
     *
     * @return 64 hexadecimal digits; {@link #read} compares them with the content
     */
    Optional<String> digest() {
        return Optional.ofNullable(header.metadata().get(DIGEST));
    }

    /**
     * Reads all numbers, once, and compares the content with the digest.
     *
     * @param groups the names of the tensors that go into each array, one tensor after the other;
     *     each tensor of the file is in one of them
     * @return an array for each group
     * @throws IllegalArgumentException if the digest is that of another content
     */
    List<float[]> read(List<List<String>> groups) throws IOException {
        List<float[]> arrays = new ArrayList<>();
        Map<String, FloatBuffer> places = new HashMap<>();
        for (List<String> names : groups) {
            List<Entry> entries = names.stream().map(header.tensors()::get).toList();
            long size = entries.stream().mapToLong(Entry::size).sum();
            FloatBuffer all = FloatBuffer.allocate(Math.toIntExact(size));
            for (int i = 0; i < names.size(); i++) {
                int length = (int) entries.get(i).size();
                places.put(names.get(i), all.slice(all.position(), length));
                all.position(all.position() + length);
            }
            arrays.add(all.array());
        }
        MessageDigest sha = digestOfHeader();
        for (Map.Entry<String, Entry> pair : header.inOrder()) {
            fill(places.get(pair.getKey()), sha);
        }
        Check.that(
                digest().isEmpty() || Hex.of(sha).equals(digest().get()),
                "its content does not have the SHA-256 that it names");
        return arrays;
    }

    /** The digest of the header without its entry for the digest. */
    private MessageDigest digestOfHeader() {
        MessageDigest sha = Hex.sha256();
        if (digest().isPresent()) {
            String start = BEFORE_DIGEST + digestEntry(digest().get());
            Check.that(
                    new String(headerBytes, StandardCharsets.UTF_8).startsWith(start),
                    "its digest stands in another place");
            int end = start.getBytes(StandardCharsets.UTF_8).length;
            sha.update(headerBytes, 0, BEFORE_DIGEST.length());
            sha.update(headerBytes, end, headerBytes.length - end);
        }
        return sha;
    }

    private void fill(FloatBuffer values, MessageDigest sha) throws IOException {
        while (values.hasRemaining()) {
            int n = Math.min(values.remaining(), BUFFER / Float.BYTES);
            byte[] block = bytes(n * Float.BYTES);
            sha.update(block);
            values.put(little(block).asFloatBuffer());
        }
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        Check.that(bytes.length == count, "it ends too early");
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /**
     * Writes a file with its digest.
     *
     * @param out where to
     * @param metadata more strings, at least one
     * @param shapes of the tensors
     * @param values their numbers, in as many arrays as the caller likes
     */
    static void write(
            OutputStream out,
            Map<String, String> metadata,
            Map<String, List<Long>> shapes,
            List<float[]> values)
            throws IOException {
        String text = TensorHeader.of(metadata, shapes).text();
        int length = text.getBytes(StandardCharsets.UTF_8).length + digestEntry("").length() + 64;
        text += " ".repeat(Math.floorMod(-length, 8)); // so that the numbers start at a multiple
        MessageDigest sha = Hex.sha256();
        sha.update(text.getBytes(StandardCharsets.UTF_8));
        for (float[] part : values) {
            eachBlock(part, sha::update);
        }
        int at = BEFORE_DIGEST.length();
        text = text.substring(0, at) + digestEntry(Hex.of(sha)) + text.substring(at);
        byte[] header = text.getBytes(StandardCharsets.UTF_8);
        byte[] size = new byte[Long.BYTES];
        little(size).putLong(header.length);
        out.write(size);
        out.write(header);
        for (float[] part : values) {
            eachBlock(part, out::write);
        }
    }

    private interface Sink {
        void take(byte[] bytes, int from, int count) throws IOException;
    }

    private static void eachBlock(float[] values, Sink sink) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int from = 0; from < values.length; from += BUFFER / Float.BYTES) {
            int n = Math.min(values.length - from, BUFFER / Float.BYTES);
            little(buffer).asFloatBuffer().put(values, from, n);
            sink.take(buffer, 0, n * Float.BYTES);
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String digestEntry(String digest) {
        return "\"" + DIGEST + "\":\"" + digest + "\",";
    }
}
