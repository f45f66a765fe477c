package ddpm.measure;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.ImageSet;
import ddpm.data.PixelScale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NearestImagesTest {

    private static ImageSet random(int n, long seed) {
        byte[] pixels = new byte[n * 16];
        new SplittableRandom(seed).nextBytes(pixels);
        return ImageSet.of(1, 4, 4, pixels);
    }

    private static double distance(ImageSet a, int i, ImageSet b, int j) {
        double sum = 0;
        for (int k = 0; k < 16; k++) {
            double x = PixelScale.toValue(a.image(i).getRaster().getSample(k % 4, k / 4, 0));
            double y = PixelScale.toValue(b.image(j).getRaster().getSample(k % 4, k / 4, 0));
            sum += Math.pow(x - y, 2);
        }
        return Math.sqrt(sum);
    }

    @Test
    void itAgreesWithLoops() {
        ImageSet images = random(1030, 1); // more than are taken at a time
        ImageSet training = random(2500, 2);
        NearestImages got = NearestImages.of(images, training);
        assertEquals(1030, got.size());
        for (int i = 0; i < images.size(); i += 103) {
            double least = Double.POSITIVE_INFINITY;
            int where = -1;
            for (int j = 0; j < training.size(); j++) {
                double d = distance(images, i, training, j);
                if (d < least) {
                    least = d;
                    where = j;
                }
            }
            assertEquals(where, got.index(i));
            assertEquals(least, got.distance(i), 1e-12);
        }
    }

    @Test
    void copiesAreFound() {
        ImageSet training = random(1500, 3);
        NearestImages held = NearestImages.of(random(200, 4), training);
        NearestImages copies = NearestImages.of(training.subset(1499, 7, 1000), training);
        assertEquals(1499, copies.index(0));
        assertEquals(7, copies.index(1));
        assertEquals(1000, copies.index(2));
        assertEquals(0, copies.quantile(0.9), 0);
        double limit = held.quantile(0.01);
        assertTrue(limit > 1, "far from all: " + limit);
        assertEquals(3, copies.nearerThan(limit));
        assertEquals(2, held.nearerThan(limit));
    }

    @Test
    void otherSizesAreRefused() {
        ImageSet larger = ImageSet.of(1, 2, 8, new byte[16]);
        assertMessage("2 × 8", () -> NearestImages.of(larger, random(3, 1)));
    }
}
