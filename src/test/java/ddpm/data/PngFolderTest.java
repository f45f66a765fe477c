package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngFolderTest {

    private static final int MANY = 1 << 25;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void savedImagesComeBackAsTheyWere(int channels) throws IOException {
        byte[] pixels = new byte[5 * channels * 6 * 7];
        new Random(1).nextBytes(pixels);
        ImageSet set = ImageSet.of(channels, 6, 7, pixels);
        for (int i = 0; i < set.size(); i++) {
            save(set.image(i), i + ".png");
        }
        Files.writeString(folder.resolve("notes.txt"), "not an image");
        assertEquals(set, PngFolder.load(folder));
    }

    /** Widths and heights around the 8 of interlacing, and rows that end inside a byte. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_BYTE_INDEXED
            })
    void everySizeLoadsInterlacedOrNot(int type) throws IOException {
        Random random = new Random(1);
        for (int size = 0; size < 100; size++) {
            BufferedImage image = new BufferedImage(1 + size % 10, 1 + size / 10, type);
            for (int k = 0; k < image.getWidth() * image.getHeight(); k++) {
                image.setRGB(k % image.getWidth(), k / image.getWidth(), random.nextInt(1 << 24));
            }
            for (int mode :
                    new int[] {ImageWriteParam.MODE_DEFAULT, ImageWriteParam.MODE_DISABLED}) {
                saveProgressively(image, mode);
                assertSamePixels(image, PngFolder.load(folder).image(0));
            }
        }
    }

    private void saveProgressively(BufferedImage image, int mode) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setProgressiveMode(mode);
        var bytes = new ByteArrayOutputStream();
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        }
        writer.dispose();
        int interlaced = bytes.toByteArray()[28];
        assertEquals(mode == ImageWriteParam.MODE_DEFAULT ? 1 : 0, interlaced);
        Files.write(folder.resolve("a.png"), bytes.toByteArray());
    }

    private static void assertSamePixels(BufferedImage want, BufferedImage got) {
        assertEquals(want.getWidth(), got.getWidth());
        assertEquals(want.getHeight(), got.getHeight());
        for (int k = 0; k < want.getWidth() * want.getHeight(); k++) {
            int x = k % want.getWidth();
            int y = k / want.getWidth();
            assertEquals(want.getRGB(x, y), got.getRGB(x, y));
        }
    }

    @Test
    void aFolderWithoutImagesSaysSo() {
        assertBad(folder.toString(), "no file named *.png");
        Path missing = folder.resolve("missing");
        String message =
                assertThrows(BadDataException.class, () -> PngFolder.load(missing)).getMessage();
        assertTrue(message.contains("missing"), message);
    }

    @Test
    void anImageOfAnotherSizeIsNamed() throws IOException {
        save(grey(4, 4), "a.png");
        save(grey(4, 5), "b.png");
        assertBad("b.png", "4 × 5", "4 × 4");
    }

    @Test
    void greyAndColourDoNotMix() throws IOException {
        save(grey(4, 4), "a.png");
        save(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "b.png");
        assertBad("b.png: is coloured", "a.png is grey");
    }

    @Test
    void transparencyAndDeepColoursAreRefused() throws IOException {
        save(new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB), "a.png");
        assertBad("a.png", "transparent");
        save(new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY), "a.png");
        assertBad("a.png", "16 bits");
    }

    @Test
    void everyCutImageIsNamed() throws IOException {
        Path file = save(grey(4, 4), "a.png");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertBad("a.png");
        }
    }

    @Test
    void aFalseSizeInTheHeaderTakesNoMemory() throws IOException {
        Path file = save(grey(4, 4), "a.png");
        byte[] png = Files.readAllBytes(file);
        DamagedPng.putSize(png, 60_000, 60_000);
        Files.write(file, png);
        assertBad("a.png", "60000 × 60000", "4096");
    }

    @Test
    void aTextThatUnpacksToManyMegabytesTakesNoMemory() throws IOException {
        Path file = save(new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_INDEXED), "a.png");
        ImageSet set = PngFolder.load(folder);
        byte[] png = Files.readAllBytes(file);
        var packed = new ByteArrayOutputStream();
        packed.writeBytes("zTXtname\0\0".getBytes(StandardCharsets.ISO_8859_1));
        try (var out = new DeflaterOutputStream(packed)) {
            out.write(new byte[MANY]);
        }
        var crc = new CRC32();
        crc.update(packed.toByteArray());
        var with = ByteBuffer.allocate(png.length + packed.size() + 8).put(png, 0, 33);
        with.putInt(packed.size() - 4).put(packed.toByteArray()).putInt((int) crc.getValue());
        Files.write(file, with.put(png, 33, png.length - 33).array());
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertEquals(set, PngFolder.load(folder));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MANY / 8, allocated + " bytes");
    }

    private void assertBad(String... parts) {
        String message =
                assertThrows(BadDataException.class, () -> PngFolder.load(folder)).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    private static BufferedImage grey(int width, int height) {
        return new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    }

    private Path save(BufferedImage image, String name) throws IOException {
        Path file = folder.resolve(name);
        ImageIO.write(image, "png", file.toFile());
        return file;
    }
}
