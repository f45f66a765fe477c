package ddpm.measure;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Moments;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Bińkowski et al. (2018); Gretton et al. (2012), Eq. 3. */
class KernelDistanceTest {

    private static final int BRIEF = 20;

    private static double library(double[][] a, double[][] b) {
        return KernelDistance.between(Features.of(a), Features.of(b));
    }

    private static double kernel(double[] x, double[] y) {
        double dot = 0;
        for (int i = 0; i < x.length; i++) {
            dot += x[i] * y[i];
        }
        return Math.pow(dot / x.length + 1, 3);
    }

    private static double meanOfPairs(double[][] x, double[][] y, boolean all) {
        double sum = 0;
        long n = 0;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < y.length; j++) {
                if (all || x[i] != y[j]) { // a point drawn twice is the same array
                    sum += kernel(x[i], y[j]);
                    n++;
                }
            }
        }
        return sum / n;
    }

    private static double byLoops(double[][] a, double[][] b) {
        return meanOfPairs(a, a, false) + meanOfPairs(b, b, false) - 2 * meanOfPairs(a, b, true);
    }

    @Test
    void itAgreesWithLoops() {
        double[][] a = Clouds.normal(7, 3, 0.5, 1);
        double[][] b = Clouds.normal(5, 3, 0, 2);
        assertEquals(byLoops(a, b), library(a, b), 1e-12);
        double[][] many = Clouds.normal(1100, 4, 1, 3); // more than are taken at a time
        double[][] others = Clouds.normal(600, 4, 0, 4);
        assertEquals(byLoops(many, others), library(many, others), 1e-10);
    }

    @Test
    void twoPointsByHand() { // x = 0 and 1, y = 2 and 3: k = 1; 7³; and 1, 1, 3³, 4³
        double want = 1 + 343 - 2 * (1 + 1 + 27 + 64) / 4.0;
        double[][] x = {{0}, {1}};
        double[][] y = {{2}, {3}};
        assertEquals(want, library(x, y), 1e-12);
    }

    /**
     * 5 standard errors, one comparison: correct code fails once in 1.7 million fresh seeds. With
     * the pairs of a point with itself the mean is far from 0, and so is rejected.
     */
    @Test
    void forOneLawItsMeanIsZero() {
        double[] right = new double[300];
        double[] planted = new double[right.length];
        for (int i = 0; i < right.length; i++) {
            double[][] a = Clouds.normal(BRIEF, 3, 0, i);
            double[][] b = Clouds.normal(BRIEF, 3, 0, 1000 + i);
            right[i] = library(a, b);
            planted[i] =
                    meanOfPairs(a, a, true) + meanOfPairs(b, b, true) - 2 * meanOfPairs(a, b, true);
        }
        assertTrue(Moments.of(right).distanceOfMean(0) < Moments.THRESHOLD);
        assertTrue(Moments.of(planted).distanceOfMean(0) > 3 * Moments.THRESHOLD);
    }

    @Test
    void aPointThatIsDrawnTwiceIsNotItsOwnPair() {
        double[][] a = Clouds.normal(BRIEF, 3, 0.5, 1);
        double[][] b = Clouds.normal(30, 3, 0, 2);
        double[][] counts = new Resamples(20, 3).counts(BRIEF);
        double[][] drawn =
                IntStream.range(0, BRIEF)
                        .boxed()
                        .flatMap(i -> IntStream.range(0, (int) counts[1][i]).mapToObj(k -> a[i]))
                        .toArray(double[][]::new);
        double[] all = KernelDistance.compare(Features.of(a), Features.of(b), counts);
        assertEquals(byLoops(drawn, b), all[1], 1e-12);
        assertEquals(library(a, b), all[0], 1e-12);
    }

    @Test
    void tooFewPointsAreRefused() {
        double[][] one = Clouds.normal(1, 3, 0, 1);
        double[][] two = Clouds.normal(2, 2, 0, 1);
        assertRefused(
                "a mean over pairs needs at least 2 points, got 1",
                () -> library(one, Clouds.normal(9, 3, 0, 1)));
        assertRefused("the clouds have 3 and 2 dimensions", () -> library(one, two));
    }
}
