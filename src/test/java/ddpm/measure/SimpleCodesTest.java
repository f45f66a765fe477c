package ddpm.measure;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.data.ImageSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;

class SimpleCodesTest {

    private static final ImageSet TRAINING = images(2, 0, 5, 0, 6, 200, 5);

    /** One row an image. */
    private static ImageSet images(int width, int... levels) {
        byte[] pixels = new byte[levels.length];
        for (int i = 0; i < levels.length; i++) {
            pixels[i] = (byte) levels[i];
        }
        return ImageSet.of(1, 1, width, pixels);
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    @Test
    void aHistogramIsOfItsPlace() {
        double n = 3 + 256;
        double want = -(log2(3 / n) + log2(2 / n)) / 2; // 0 came twice first, 6 once second
        assertEquals(want, SimpleCodes.histogram(TRAINING, images(2, 0, 6, 0, 6)).value(), 1e-12);
        double never = -(log2(1 / n) + log2(1 / n)) / 2;
        assertEquals(never, SimpleCodes.histogram(TRAINING, images(2, 6, 0, 6, 0)).value(), 1e-12);
    }

    @Test
    void aPixelIsCodedAfterItsLeftNeighbour() { // 0 0 200 come after the edge, 5 6 after 0
        double afterBlack = 5 + 256; // the edge counts as black
        double after200 = 1 + 256;
        double want = -(log2(2 / afterBlack) + log2(2 / after200)) / 2;
        ImageSet test = images(2, 200, 5, 200, 5);
        assertEquals(want, SimpleCodes.afterLeft(TRAINING, test).value(), 1e-12);
    }

    /** Kraft: the probabilities of all images sum to 1. */
    @Test
    void theyAreCodes() {
        ImageSet training = images(1, 3, 3, 250);
        double ofPlace = 0;
        double afterLeft = 0;
        for (int level = 0; level < 256; level++) {
            ImageSet one = images(1, level, level);
            ofPlace += Math.pow(2, -SimpleCodes.histogram(training, one).value());
            afterLeft += Math.pow(2, -SimpleCodes.afterLeft(training, one).value());
        }
        assertEquals(1, ofPlace, 1e-12);
        assertEquals(1, afterLeft, 1e-12);
    }

    @Test
    void deflateIsThatOfTheWholeFile() throws IOException {
        byte[] pixels = new byte[40 * 784];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(5) == 0 ? random.nextInt(256) : 0);
        }
        var bytes = new ByteArrayOutputStream();
        var deflater = new Deflater(9, true);
        try (var out = new DeflaterOutputStream(bytes, deflater)) {
            out.write(pixels);
        }
        double want = 8.0 * bytes.size() / pixels.length;
        assertEquals(want, SimpleCodes.deflate(ImageSet.of(1, 28, 28, pixels)), 0.01 * want);
    }

    @Test
    void otherSizesAreRefused() {
        assertMessage(
                "3 images, 1 × 1 × 2", () -> SimpleCodes.histogram(TRAINING, images(3, 1, 2, 3)));
    }
}
