package ddpm.training;

import ddpm.Check;
import ddpm.training.TensorHeader.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Collection;
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
    private static final int BUFFER = 1 << 16;

    private final RandomAccessFile file;
    private final byte[] headerBytes;
    private final TensorHeader header;

    private SafeTensors(RandomAccessFile file) throws IOException {
        this.file = file;
        long size = file.length();
        Check.that(size >= Long.BYTES, "%d bytes are too few", size);
        long length = Long.reverseBytes(file.readLong());
        Check.that(
                0 <= length && length <= LONGEST_HEADER && length <= size - Long.BYTES,
                "a header of %d bytes is too long",
                length);
        headerBytes = new byte[(int) length];
        file.readFully(headerBytes);
        header = TensorHeader.parse(headerBytes, size - Long.BYTES - length);
    }

    /** Opens a file and checks its header. */
    static SafeTensors open(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        try {
            return new SafeTensors(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    TensorHeader header() {
        return header;
    }

    /** How many numbers are in its tensors. */
    long numbers() {
        return header.tensors().values().stream().mapToLong(Entry::size).sum();
    }

    /**
     * Compares the file with its digest.
     *
     * @return the digest, if there is one
     * @throws IllegalArgumentException if it is that of another content
     */
    Optional<String> checkDigest() throws IOException {
        Optional<String> digest = Optional.ofNullable(header.metadata().get(DIGEST));
        if (digest.isPresent()) {
            byte[] entry = digestEntry(digest.get()).getBytes(StandardCharsets.UTF_8);
            int at = BEFORE_DIGEST.length();
            int end = at + entry.length;
            String start = BEFORE_DIGEST + digestEntry(digest.get());
            Check.that(
                    new String(headerBytes, StandardCharsets.UTF_8).startsWith(start),
                    "its digest stands in another place");
            MessageDigest sha = Hex.sha256();
            sha.update(headerBytes, 0, at);
            sha.update(headerBytes, end, headerBytes.length - end);
            file.seek(Long.BYTES + headerBytes.length);
            byte[] buffer = new byte[BUFFER];
            for (int n = file.read(buffer); n > 0; n = file.read(buffer)) {
                sha.update(buffer, 0, n);
            }
            Check.that(
                    Hex.of(sha).equals(digest.get()),
                    "its content does not have the SHA-256 that it names");
        }
        return digest;
    }

    /** The numbers of some tensors, one tensor after the other. */
    float[] read(Collection<String> names) throws IOException {
        List<Entry> entries = names.stream().map(header.tensors()::get).toList();
        long size = entries.stream().mapToLong(Entry::size).sum();
        float[] values = new float[Math.toIntExact(size)];
        byte[] buffer = new byte[BUFFER];
        int done = 0;
        for (Entry entry : entries) {
            file.seek(Long.BYTES + headerBytes.length + entry.begin());
            for (long left = entry.end() - entry.begin(); left > 0; ) {
                int bytes = (int) Math.min(left, BUFFER);
                file.readFully(buffer, 0, bytes);
                int n = bytes / Float.BYTES;
                little(buffer).asFloatBuffer().get(values, done, n);
                done += n;
                left -= bytes;
            }
        }
        return values;
    }

    @Override
    public void close() throws IOException {
        file.close();
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
