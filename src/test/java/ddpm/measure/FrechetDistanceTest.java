package ddpm.measure;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Heusel et al. (2017), Eq. 6. */
class FrechetDistanceTest {

    private static final double[][] A =
            Clouds.gaussian(200, new double[] {1, 0, -2, 0.5, 3}, Clouds.matrix(5, 1), 2);
    private static final double[][] B =
            Clouds.gaussian(300, new double[] {0, 1, -2, 0, 2}, Clouds.matrix(5, 3), 4);

    private static double library(double[][] a, double[][] b) {
        return FrechetDistance.between(Features.of(a), Features.of(b));
    }

    /** The formula in plain Java, with the root by an iteration. */
    private static double byIteration(double[][] a, double[][] b) {
        double[][] ca = Clouds.covariance(a, a.length - 1);
        double[][] cb = Clouds.covariance(b, b.length - 1);
        double root = Clouds.trace(Clouds.root(Clouds.times(ca, cb)));
        return squareOfMeans(a, b) + Clouds.trace(ca) + Clouds.trace(cb) - 2 * root;
    }

    private static double squareOfMeans(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a[0].length; i++) {
            sum += Math.pow(Clouds.mean(a)[i] - Clouds.mean(b)[i], 2);
        }
        return sum;
    }

    /** Two points on each axis, so that the covariance is diag(s²) exactly. */
    private static double[][] diagonal(double[] mean, double[] s) {
        int d = mean.length;
        double c = Math.sqrt((2 * d - 1) / 2.0);
        double[][] points = new double[2 * d][];
        for (int i = 0; i < 2 * d; i++) {
            points[i] = mean.clone();
            points[i][i / 2] += (i % 2 == 0 ? c : -c) * s[i / 2];
        }
        return points;
    }

    @Test
    void diagonalGaussiansHaveTheClosedForm() {
        double[][] a = diagonal(new double[] {1, 2, 3}, new double[] {1, 2, 0.5});
        double[][] b = diagonal(new double[] {0, 2, 5}, new double[] {3, 2, 1});
        double want = 1 + 0 + 4 + Math.pow(1 - 3, 2) + 0 + Math.pow(0.5 - 1, 2);
        assertEquals(want, library(a, b), 1e-12 * want);
    }

    @Test
    void fullMatricesAgreeWithAnIteration() {
        double want = byIteration(A, B);
        assertTrue(want > 1, "a distance worth the name: " + want);
        assertEquals(want, library(A, B), 1e-10 * want);
        assertEquals(want, library(B, A), 1e-10 * want);
    }

    @Test
    void theIterationRejectsPlantedBugs() {
        double[][] ca = Clouds.covariance(A, A.length - 1);
        double[][] cb = Clouds.covariance(B, B.length - 1);
        double[][] biased = Clouds.covariance(A, A.length);
        double traces = Clouds.trace(ca) + Clouds.trace(cb);
        double means = squareOfMeans(A, B);
        double root = Clouds.trace(Clouds.root(Clouds.times(ca, cb)));
        double roots = Clouds.trace(Clouds.times(Clouds.root(ca), Clouds.root(cb)));
        double ofBiased = Clouds.trace(Clouds.root(Clouds.times(biased, cb)));
        Map<String, Double> bugs = new LinkedHashMap<>();
        bugs.put(
                "the product of the roots for the root of the product", means + traces - 2 * roots);
        bugs.put("no factor 2", means + traces - root);
        bugs.put("‖m - m'‖ without the square", Math.sqrt(means) + traces - 2 * root);
        bugs.put("no root", means + traces - 2 * Clouds.trace(Clouds.times(ca, cb)));
        bugs.put("divided by n", means + traces - 2 * ofBiased);
        bugs.put("the root of the whole", Math.sqrt(byIteration(A, B)));
        double right = library(A, B);
        bugs.forEach((name, wrong) -> assertTrue(Math.abs(wrong - right) > 1e-4 * right, name));
    }

    @Test
    void aCloudIsAtDistanceZeroFromItself() {
        assertEquals(0, library(A, A), 1e-12 * Clouds.trace(Clouds.covariance(A, A.length)));
    }

    @Test
    void aFeatureThatNeverChangesAddsItsSquaredDistance() {
        double[][] a = Clouds.normal(50, 3, 0, 5);
        double[][] b = Clouds.normal(50, 3, 1, 6);
        for (double[] p : a) {
            p[2] = 4;
        }
        for (double[] p : b) {
            p[2] = 6;
        }
        double[][] a2 = firstTwo(a);
        double[][] b2 = firstTwo(b);
        assertEquals(byIteration(a2, b2) + 4, library(a, b), 1e-10);
    }

    private static double[][] firstTwo(double[][] points) {
        return Arrays.stream(points).map(p -> Arrays.copyOf(p, 2)).toArray(double[][]::new);
    }

    @Test
    void tooFewPointsAreRefused() {
        double[][] few = Clouds.normal(3, 3, 0, 1);
        assertRefused(
                "a covariance in 3 dimensions needs at least 4 points, got 3",
                () -> library(few, Clouds.normal(9, 3, 0, 1)));
        assertRefused(
                "the clouds have 3 and 2 dimensions",
                () -> library(few, Clouds.normal(9, 2, 0, 1)));
    }

    @Test
    void aPointThatIsDrawnTwiceCountsTwice() {
        Resamples resamples = new Resamples(20, 3);
        double[] counts = resamples.counts(A.length)[1];
        double[][] drawn = new double[A.length][];
        int n = 0;
        for (int i = 0; i < A.length; i++) {
            for (int k = 0; k < counts[i]; k++) {
                drawn[n++] = A[i];
            }
        }
        assertEquals(A.length, n);
        double want = byIteration(drawn, B);
        double[] all = FrechetDistance.compare(Features.of(A), Features.of(B), resamples.counts(n));
        assertEquals(want, all[1], 1e-10 * want);
        assertEquals(library(A, B), all[0], 0);
    }
}
