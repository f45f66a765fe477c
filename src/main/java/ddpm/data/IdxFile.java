package ddpm.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The content of one IDX file: unsigned bytes in a box of one or more dimensions.
 *
 * <p>The format: two zero bytes, the byte 8 for "unsigned byte", the number of dimensions, each
 * dimension as a big-endian 32-bit integer, then the bytes, last dimension fastest.
 */
@SuppressWarnings("ArrayRecordComponent") // never leaves the package, so a copy would only cost
record IdxFile(String name, int[] dimensions, byte[] bytes) {

    /** No file above 1 GiB: an array of bytes could not hold twice as much. */
    static final long MOST_BYTES = 1L << 30;

    private static final String FETCH_AGAIN = "Copy or download the file again";
    private static final int FIRST_BUFFER = 1 << 26;
    private static final int UNSIGNED_BYTE = 8;

    static IdxFile read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw BadDataException.of(
                    file.toString(), "there is no such file", "Check the path and its spelling");
        }
        try (var in = Files.newInputStream(file)) {
            return read(in, file.toString());
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    /** Reads plain or gzip content; the name is for messages. The caller closes the stream. */
    static IdxFile read(InputStream in, String name) {
        try {
            var buffered = new BufferedInputStream(in, 1 << 16);
            return parse(
                    isGzip(buffered) ? new GZIPInputStream(buffered, 1 << 16) : buffered, name);
        } catch (EOFException | ZipException e) {
            throw BadDataException.of(
                    name,
                    "the gzip data is cut or damaged (" + e.getMessage() + ")",
                    FETCH_AGAIN,
                    e);
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    private static BadDataException unreadable(String name, IOException e) {
        return BadDataException.of(
                name,
                "cannot be read (" + e.getMessage() + ")",
                "Check the file and its rights",
                e);
    }

    private static boolean isGzip(BufferedInputStream in) throws IOException {
        in.mark(2);
        byte[] start = in.readNBytes(2);
        in.reset();
        return start.length == 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
    }

    private static IdxFile parse(InputStream in, String name) throws IOException {
        int[] dimensions = dimensions(in, name);
        long length = 1;
        for (int dimension : dimensions) {
            length *= dimension;
            if (dimension < 1 || length > MOST_BYTES) {
                throw BadDataException.of(
                        name,
                        "the header claims the dimensions " + Arrays.toString(dimensions),
                        "Each must be 1 or more, and all together at most 1 GiB. " + FETCH_AGAIN);
            }
        }
        byte[] bytes = bytes(in, (int) length, name);
        if (in.read() >= 0) {
            throw BadDataException.of(
                    name, format("goes on after the %,d bytes of its header", length), FETCH_AGAIN);
        }
        return new IdxFile(name, dimensions, bytes);
    }

    private static int[] dimensions(InputStream in, String name) throws IOException {
        byte[] magic = in.readNBytes(4);
        boolean good =
                magic.length == 4
                        && magic[0] == 0
                        && magic[1] == 0
                        && magic[2] == UNSIGNED_BYTE
                        && 1 <= magic[3]
                        && magic[3] <= 4;
        if (!good) {
            throw BadDataException.of(
                    name,
                    "starts with the bytes "
                            + hex(magic)
                            + ", an IDX file with 00 00 08 and 01 to 04",
                    "Check that it is an IDX file of unsigned bytes, plain or gzip");
        }
        byte[] header = in.readNBytes(4 * magic[3]);
        if (header.length < 4 * magic[3]) {
            throw BadDataException.of(name, "ends inside its header", FETCH_AGAIN);
        }
        var integers = ByteBuffer.wrap(header).asIntBuffer();
        int[] dimensions = new int[magic[3]];
        integers.get(dimensions);
        return dimensions;
    }

    /** Grows with what really arrives, so a false header cannot ask for much memory. */
    private static byte[] bytes(InputStream in, int length, String name) throws IOException {
        byte[] bytes = new byte[Math.min(length, FIRST_BUFFER)];
        int filled = 0;
        while (true) {
            filled += in.readNBytes(bytes, filled, bytes.length - filled);
            if (filled < bytes.length) {
                throw BadDataException.of(
                        name,
                        format("ends after %,d of the %,d bytes of its header", filled, length),
                        FETCH_AGAIN);
            }
            if (filled == length) {
                return bytes;
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * filled));
        }
    }

    /** The file as it was before gzip: what a published digest is taken of. */
    byte[] header() {
        var header = ByteBuffer.allocate(4 + 4 * dimensions.length);
        header.putInt(UNSIGNED_BYTE << 8 | dimensions.length);
        for (int dimension : dimensions) {
            header.putInt(dimension);
        }
        return header.array();
    }

    void write(OutputStream out) throws IOException {
        out.write(header());
        out.write(bytes);
    }

    private static String hex(byte[] bytes) {
        var text = new StringBuilder();
        for (byte b : bytes) {
            text.append(format(text.isEmpty() ? "%02x" : " %02x", b));
        }
        return text.isEmpty() ? "(none)" : text.toString();
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
