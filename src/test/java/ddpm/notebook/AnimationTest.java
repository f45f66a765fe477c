package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.ImageSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Test;

class AnimationTest {

    @Test
    void everyFrameKeepsEveryGrey() throws IOException {
        byte[] pixels = new byte[3 * 256];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i + i / 256);
        }
        ImageSet set = ImageSet.of(1, 16, 16, pixels);
        ImageReader reader =
                read(Animation.of(IntStream.range(0, 3).mapToObj(set::image).toList()));
        assertEquals(3, reader.getNumImages(true));
        for (int frame = 0; frame < 3; frame++) {
            BufferedImage image = reader.read(frame);
            for (int k = 0; k < 256; k++) {
                int expected = set.image(frame).getRaster().getSample(k % 16, k / 16, 0);
                assertEquals(expected, image.getRGB(k % 16, k / 16) & 0xff);
            }
        }
    }

    @Test
    void coloursShowToo() throws IOException {
        var red = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        red.setRGB(1, 1, 0xff0000);
        assertEquals(0xffff0000, read(Animation.of(List.of(red, red))).read(1).getRGB(1, 1));
    }

    @Test
    void manyColoursMoveToNearOnes() throws IOException {
        var many = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int k = 0; k < 64 * 64; k++) {
            many.setRGB(k % 64, k / 64, new Random(k).nextInt(1 << 24));
        }
        BufferedImage shown = read(Animation.of(List.of(many))).read(0);
        for (int k = 0; k < 64 * 64; k++) {
            for (int shift = 0; shift <= 16; shift += 8) {
                int wanted = (many.getRGB(k % 64, k / 64) >> shift) & 0xff;
                int got = (shown.getRGB(k % 64, k / 64) >> shift) & 0xff;
                assertEquals(wanted, got, 26); // half a step of 255 / 5
            }
        }
    }

    @Test
    void theLastFrameRestsAndAllRepeats() throws IOException {
        Animation animation = Animation.of(List.of(frame(4), frame(4))).withMillis(50, 1500);
        ImageReader reader = read(animation);
        assertEquals("5", delay(reader, 0));
        assertEquals("150", delay(reader, 1));
        String bytes = new String(animation.toGif(), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains("NETSCAPE2.0"), "it repeats");
    }

    @Test
    void impossibleAnimationsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Animation.of(List.of()));
        assertThrows(
                IllegalArgumentException.class, () -> Animation.of(List.of(frame(4), frame(5))));
        Animation animation = Animation.of(List.of(frame(4)));
        assertThrows(IllegalArgumentException.class, () -> animation.withMillis(10, 100));
        assertThrows(IllegalArgumentException.class, () -> animation.withMillis(100, 70_000));
    }

    private static BufferedImage frame(int side) {
        return new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
    }

    private static ImageReader read(Animation animation) throws IOException {
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        reader.setInput(
                ImageIO.createImageInputStream(new ByteArrayInputStream(animation.toGif())));
        return reader;
    }

    private static String delay(ImageReader reader, int frame) throws IOException {
        var root =
                (IIOMetadataNode)
                        reader.getImageMetadata(frame).getAsTree("javax_imageio_gif_image_1.0");
        var control =
                (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
        return control.getAttribute("delayTime");
    }
}
