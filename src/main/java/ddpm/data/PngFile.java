package ddpm.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A PNG file whose checksums are right. ImageIO does not look at them, and it draws an image from
 * too few or too many pixels.
 *
 * <p>The format: 8 bytes that name it, then chunks. A chunk is the length of its content, its name
 * in 4 letters, its content, and the CRC-32 of name and content.
 */
final class PngFile {

    private static final long START = 0x89504e470d0a1a0aL;
    private static final int LENGTH_NAME_AND_CHECKSUM = 12;

    /** What the pixels depend on. A text that unpacks to gigabytes is left out. */
    private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");

    /** Four channels of 8 bits at {@link PngFolder}'s longest sides. */
    private static final long MOST_BYTES = 1L << 26;

    private static final Set<Integer> DEPTHS = Set.of(1, 2, 4, 8, 16);

    /** Where the first pixel of each pass is, and how far apart its pixels are: x, y, Δx, Δy. */
    private static final int[][] IN_ONE_PASS = {{0, 0, 1, 1}};

    private static final int[][] INTERLACED = {
        {0, 0, 8, 8},
        {4, 0, 8, 8},
        {0, 4, 4, 8},
        {2, 0, 4, 4},
        {0, 2, 2, 4},
        {1, 0, 2, 2},
        {0, 1, 1, 2}
    };

    private final byte[] bytes;
    private final ByteArrayOutputStream needed = new ByteArrayOutputStream();
    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private ByteBuffer header = ByteBuffer.allocate(0);

    private PngFile(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads the chunks of a file. */
    static PngFile read(Path path) throws IOException {
        long size = Files.size(path);
        check(size <= MOST_BYTES, "it has " + size + " bytes, more than 64 MiB");
        PngFile file = new PngFile(Files.readAllBytes(path));
        file.readChunks();
        return file;
    }

    private void readChunks() throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        check(in.remaining() >= Long.BYTES && in.getLong() == START, "it does not start like one");
        needed.write(bytes, 0, Long.BYTES);
        String name = readChunk(in);
        check(name.equals("IHDR") && header.remaining() == 13, "it has no header");
        while (!name.equals("IEND")) {
            name = readChunk(in);
            check(!name.equals("IHDR"), "it has two headers");
        }
    }

    private String readChunk(ByteBuffer in) throws IOException {
        check(in.remaining() >= LENGTH_NAME_AND_CHECKSUM, "it is cut");
        int from = in.position();
        int length = in.getInt();
        check(
                0 <= length && length <= in.remaining() - 2 * Integer.BYTES,
                "it is cut, or the length of a chunk is wrong");
        String name = new String(bytes, from + 4, 4, StandardCharsets.ISO_8859_1);
        CRC32 crc = new CRC32();
        crc.update(bytes, from + 4, 4 + length);
        in.position(from + 8 + length);
        check(in.getInt() == (int) crc.getValue(), "a checksum is wrong");
        if (NEEDED.contains(name)) {
            needed.write(bytes, from, LENGTH_NAME_AND_CHECKSUM + length);
        }
        switch (name) {
            case "IHDR" -> header = ByteBuffer.wrap(bytes, from + 8, length).slice();
            case "IDAT" -> packed.write(bytes, from + 8, length);
            default -> {}
        }
        return name;
    }

    int width() {
        return header.getInt(0);
    }

    int height() {
        return header.getInt(4);
    }

    /** The picture. Look at the size before: a false one must not ask for much memory. */
    BufferedImage image() throws IOException {
        checkPixels();
        ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
        try (var in = new MemoryCacheImageInputStream(bytes(needed))) {
            reader.setInput(in);
            return reader.read(0);
        } finally {
            reader.dispose();
        }
    }

    private void checkPixels() throws IOException {
        long expected = pixelBytes();
        try (var pixels = new InflaterInputStream(bytes(packed))) {
            long found = pixels.skip(expected + 1); // to its end, where its checksum is
            check(found >= expected, "its pixels need " + expected + " bytes, not " + found);
            check(found <= expected, "it goes on after its " + expected + " bytes of pixels");
        }
    }

    /** Each row of each pass has one byte more, for the kind of its filter. */
    private long pixelBytes() throws IOException {
        int depth = header.get(8);
        check(DEPTHS.contains(depth), "it has " + depth + " bits per colour");
        long bits = (long) depth * channels(header.get(9));
        check(header.getShort(10) == 0, "it is packed in an unknown way");
        long bytes = 0;
        for (int[] pass : header.get(12) == 0 ? IN_ONE_PASS : INTERLACED) {
            long columns = ((long) width() - pass[0] + pass[2] - 1) / pass[2];
            long rows = ((long) height() - pass[1] + pass[3] - 1) / pass[3];
            if (columns > 0) {
                bytes += rows * (1 + (columns * bits + Byte.SIZE - 1) / Byte.SIZE);
            }
        }
        return bytes;
    }

    private static int channels(int colourType) throws IOException {
        return switch (colourType) {
            case 0, 3 -> 1; // grey, or the number of a colour in a palette
            case 2 -> 3;
            case 4 -> 2; // with transparency
            case 6 -> 4;
            default -> throw new IOException("it has the colour type " + colourType);
        };
    }

    private static ByteArrayInputStream bytes(ByteArrayOutputStream written) {
        return new ByteArrayInputStream(written.toByteArray());
    }

    private static void check(boolean condition, String message) throws IOException {
        if (!condition) {
            throw new IOException(message);
        }
    }
}
