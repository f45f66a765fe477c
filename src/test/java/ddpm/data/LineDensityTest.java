package ddpm.data;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture.Component;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A law on the line that walks a chain of Gaussian steps. */
final class LineDensityTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    private static LineDensity grid(GaussianMixture law) {
        return LineDensity.of(law::density, -6, 6, 600);
    }

    @Test
    void theMomentsAreThoseOfTheLaw() {
        LineDensity density = grid(LAW);
        assertEquals(1, density.mean(x -> 1), 1e-14);
        assertEquals(LAW.mean(), density.mean(x -> x), 1e-13);
        assertEquals(LAW.variance(), density.variance(x -> x), 1e-13);
        assertEquals(4 * LAW.variance(), density.variance(x -> 3 - 2 * x), 1e-12);
    }

    @Test
    void aLinearStepOfAMixtureIsAMixture() {
        // y = 0.8 x + 0.1 + N(0, 0.04): each component keeps its weight
        LineDensity stepped = grid(LAW).step(x -> 0.8 * x + 0.1, 0.04);
        var known =
                new GaussianMixture(
                        new Component(0.4, -0.7, Math.sqrt(0.64 * 0.09 + 0.04)),
                        new Component(0.6, 0.82, Math.sqrt(0.64 * 0.25 + 0.04)));
        assertArrayEquals(grid(known).density(), stepped.density(), 1e-13);
    }

    @Test
    void manyStepsLoseNothing() {
        LineDensity density = grid(LAW);
        double variance = LAW.variance();
        for (int k = 0; k < 50; k++) {
            density = density.step(x -> 0.95 * x, 0.02);
            variance = 0.9025 * variance + 0.02;
        }
        assertEquals(LAW.mean() * Math.pow(0.95, 50), density.mean(x -> x), 1e-12);
        assertEquals(variance, density.variance(x -> x), 1e-12);
    }

    @Test
    void whatFallsOutsideIsCutOff() {
        LineDensity all = LineDensity.of(x -> 1, 0, 1, 10).step(x -> 1.5, 0.01);
        LineDensity left = LineDensity.of(x -> 1, 0, 1, 10).step(x -> -0.3, 0.04);
        assertEquals(1, all.mean(x -> 1), 1e-14); // what is left of it, scaled
        double[] p = left.density();
        for (int i = 1; i < p.length; i++) {
            double x = 0.1 * i + 0.05;
            double ratio = Math.exp(-((x + 0.3) * (x + 0.3) - (x + 0.2) * (x + 0.2)) / 0.08);
            assertEquals(ratio, p[i] / p[i - 1], 1e-13);
        }
    }

    @Test
    void theArraysAreCopiesAndOfOneLength() {
        LineDensity density = grid(LAW);
        density.density()[300] = 7;
        assertTrue(density.density()[300] < 1);
        assertEquals(-5.99, density.x()[0], 1e-12);
        assertEquals(density.x().length, density.density().length);
        assertEquals("LineDensity[600 cells from -6.0]", density.toString());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badVariancesAreRefused(double bad) {
        assertRefused(
                "the variance must be positive and finite, got " + bad,
                () -> grid(LAW).step(x -> x, bad));
    }

    @Test
    void badDensitiesAndCellsAreRefused() {
        assertRefused(
                "a density must be >= 0 and finite, got -1.0 at -0.5",
                () -> LineDensity.of(x -> x < 0 ? -1 : 1, -1, 1, 2));
        assertRefused(
                "a density must be >= 0 and finite, got NaN at -0.5",
                () -> LineDensity.of(x -> Double.NaN, -1, 1, 2));
        assertRefused("a density must not be 0 everywhere", () -> LineDensity.of(x -> 0, -1, 1, 2));
        assertRefused(
                "need finite low < high, got 1.0 and 1.0", () -> LineDensity.of(x -> 1, 1, 1, 2));
        assertRefused(
                "need finite low < high, got NaN and 1.0",
                () -> LineDensity.of(x -> 1, Double.NaN, 1, 2));
        assertRefused(
                "need finite low < high, got -1.0 and Infinity",
                () -> LineDensity.of(x -> 1, -1, Double.POSITIVE_INFINITY, 2));
        assertRefused("cells must be in [2, 100000], got 1", () -> LineDensity.of(x -> 1, 0, 1, 1));
    }
}
