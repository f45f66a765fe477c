package ddpm.loss;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Decimals;
import ddpm.reference.Moments;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class GaussianKlTest {

    @Test
    void itIsZeroOnItself() {
        for (double variance : new double[] {1e-12, 0.3, 1, 1e9}) {
            assertEquals(0.0, GaussianKl.between(0.7, variance, 0.7, variance));
            assertEquals(0.0, GaussianKl.isotropic(0, 784, variance, variance));
        }
    }

    @Test
    void itIsPositiveOtherwise() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            double v = Math.exp(4 * random.nextGaussian());
            double near = v * (1 + Math.pow(10, -12 * random.nextDouble()));
            assertTrue(GaussianKl.between(0, v, 0, near) > 0);
            assertTrue(GaussianKl.between(0, near, 0, v) > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.99, -0.5, -0.1001, -0.0999, -1e-3, -1e-9, 1e-9, 1e-3, 0.0999})
    void theVariancePartIsExact(double excess) { // ½ (r - log(1 + r)), relative to itself
        check(excess);
        check(-0.99 * excess);
        check(-1000 * excess);
    }

    private static void check(double excess) {
        if (excess > -1) {
            BigDecimal r = Decimals.of(excess);
            BigDecimal log = Decimals.log(BigDecimal.ONE.add(r));
            BigDecimal expected = r.subtract(log).divide(Decimals.TWO, DIGITS);
            // the ratio is rounded, the excess is not: below 0.1 only the excess counts
            assertExact(expected, GaussianKl.ofVariances(1 + excess, excess));
        }
    }

    @Test
    void theWholeIsExact() {
        double[] variances = {1e-4, 0.3, 0.31, 1, 50};
        for (double v1 : variances) {
            for (double v2 : variances) {
                BigDecimal ratio = Decimals.of(v1).divide(Decimals.of(v2), DIGITS);
                BigDecimal d = Decimals.of(0.4).subtract(Decimals.of(-1.3));
                BigDecimal distance = d.multiply(d).divide(Decimals.of(v2), DIGITS);
                BigDecimal log = Decimals.log(ratio);
                BigDecimal twice = ratio.subtract(BigDecimal.ONE).subtract(log).add(distance);
                double size = ratio.doubleValue() + 1 + Math.abs(log.doubleValue());
                assertExact(
                        twice.divide(Decimals.TWO, DIGITS),
                        GaussianKl.between(0.4, v1, -1.3, v2),
                        size + distance.doubleValue());
            }
        }
    }

    @Test
    void inManyDimensionsItIsTheSumOverThem() {
        double sum = GaussianKl.between(0, 0.5, 0.3, 2) + GaussianKl.between(1, 0.5, -1, 2);
        assertEquals(sum, GaussianKl.isotropic(0.09 + 4, 2, 0.5, 2), 1e-14);
    }

    @Test
    void itIsTheMeanLogRatio() { // 5 standard errors, one comparison: once in 1.7 million seeds
        double kl = GaussianKl.between(0.5, 0.7, -0.2, 1.3);
        assertTrue(meanLogRatio(1.3, Math.sqrt(0.7)).distanceOfMean(kl) < Moments.THRESHOLD);
    }

    @Test
    void theMeanLogRatioRejectsPlantedBugs() {
        double kl = GaussianKl.between(0.5, 0.7, -0.2, 1.3);
        double swapped = GaussianKl.between(-0.2, 1.3, 0.5, 0.7);
        double deviations = GaussianKl.between(0.5, Math.sqrt(0.7), -0.2, Math.sqrt(1.3));
        Moments truth = meanLogRatio(1.3, Math.sqrt(0.7));
        assertTrue(truth.distanceOfMean(swapped) > 2 * Moments.THRESHOLD);
        assertTrue(truth.distanceOfMean(deviations) > 2 * Moments.THRESHOLD);
        assertTrue(meanLogRatio(1.3, 0.7).distanceOfMean(kl) > 2 * Moments.THRESHOLD);
    }

    private static Moments meanLogRatio(double variance2, double deviation1) {
        var random = new SplittableRandom(2);
        double[] ratios = new double[200_000];
        for (int i = 0; i < ratios.length; i++) {
            double x = 0.5 + deviation1 * random.nextGaussian();
            ratios[i] = Moments.logNormal(x, 0.5, 0.7) - Moments.logNormal(x, -0.2, variance2);
        }
        return Moments.of(ratios);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badVariancesAreRefused(double bad) {
        assertRefused(
                "variance1 must be positive, got " + bad, () -> GaussianKl.between(0, bad, 0, 1));
        assertRefused(
                "variance2 must be positive, got " + bad, () -> GaussianKl.between(0, 1, 0, bad));
    }

    @Test
    void otherBadArgumentsAreRefused() {
        assertRefused(
                "means must be finite, got NaN and 0.0",
                () -> GaussianKl.between(Double.NaN, 1, 0, 1));
        assertRefused(
                "squaredDistance must be >= 0 and finite, got -1.0",
                () -> GaussianKl.isotropic(-1, 1, 1, 1));
        assertRefused(
                "squaredDistance must be >= 0 and finite, got Infinity",
                () -> GaussianKl.isotropic(Double.POSITIVE_INFINITY, 1, 1, 1));
        assertRefused("dimensions must be >= 1, got 0", () -> GaussianKl.isotropic(0, 0, 1, 1));
    }
}
