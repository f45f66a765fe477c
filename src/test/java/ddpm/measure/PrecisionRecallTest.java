package ddpm.measure;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Kynkäänniemi et al. (2019), Eq. 1 and 2. */
class PrecisionRecallTest {

    private static PrecisionRecall library(double[][] samples, double[][] real) {
        return PrecisionRecall.of(Features.of(samples), Features.of(real));
    }

    private static double square(double[] x, double[] y) {
        return IntStream.range(0, x.length).mapToDouble(i -> (x[i] - y[i]) * (x[i] - y[i])).sum();
    }

    /** The share of the points in some ball; rank 0 is the point itself. */
    private static double byLoops(double[][] points, double[][] centres, int rank) {
        double[] radii = new double[centres.length];
        for (int c = 0; c < centres.length; c++) {
            double[] centre = centres[c];
            radii[c] =
                    Arrays.stream(centres)
                            .mapToDouble(o -> square(o, centre))
                            .sorted()
                            .toArray()[rank];
        }
        long inside =
                Arrays.stream(points)
                        .filter(
                                p ->
                                        IntStream.range(0, centres.length)
                                                .anyMatch(c -> square(p, centres[c]) <= radii[c]))
                        .count();
        return (double) inside / points.length;
    }

    @Test
    void itAgreesWithLoopsAndRejectsOtherNeighboursAndSwappedSets() {
        double[][] samples = Clouds.normal(700, 4, 1, 1); // more than are taken at a time
        double[][] real = Clouds.normal(600, 4, 0, 2);
        PrecisionRecall got = library(samples, real);
        assertEquals(byLoops(samples, real, 3), got.precision(), 0);
        assertEquals(byLoops(real, samples, 3), got.recall(), 0);
        assertNotEquals(byLoops(samples, real, 2), got.precision());
        assertNotEquals(byLoops(samples, real, 4), got.precision());
        assertNotEquals(got.recall(), got.precision());
    }

    /** Ten points around each of some centres, near enough to lie in each other's balls. */
    private static double[][] modes(long seed, double... centres) {
        return Arrays.stream(centres)
                .boxed()
                .flatMap(
                        c ->
                                Arrays.stream(Clouds.normal(100, 2, 0, seed))
                                        .map(p -> new double[] {p[0] + c, p[1]}))
                .toArray(double[][]::new);
    }

    @Test
    void aForgottenModeCostsRecallAndAnInventedOneCostsPrecision() {
        double[][] both = modes(1, 0, 100);
        PrecisionRecall forgotten = library(modes(2, 0), both);
        assertEquals(1, forgotten.precision(), 0.1);
        assertEquals(0.5, forgotten.recall(), 0.05);
        PrecisionRecall invented = library(modes(2, 0, 100, 200, 300), both);
        assertEquals(0.5, invented.precision(), 0.05);
        assertEquals(1, invented.recall(), 0.1);
        PrecisionRecall astray = library(modes(2, 500), both);
        assertEquals(new PrecisionRecall(0, 0), astray);
        assertEquals(new PrecisionRecall(1, 1), library(both, both));
    }

    @Test
    void tooFewPointsAreRefused() {
        double[][] three = Clouds.normal(3, 2, 0, 1);
        assertRefused(
                "3 neighbours of a point need at least 4 points, got 3",
                () -> library(three, modes(1, 0)));
        assertRefused(
                "the clouds have 3 and 2 dimensions",
                () -> library(Clouds.normal(9, 3, 0, 1), three));
    }
}
