package ddpm.notebook;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Moments;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class SampleTest {

    private static final int N = 20_000;

    private static double[] draw(int seed, DoubleUnaryOperator map) {
        return new SplittableRandom(seed).doubles(N).map(u -> map.applyAsDouble(u)).toArray();
    }

    @Test
    void meanAndVarianceAreThoseOfAHandfulOfNumbers() {
        Sample sample = Sample.of(new double[] {1, 2, 3, 6});
        assertEquals(3, sample.mean());
        assertEquals(14.0 / 3, sample.variance(), 1e-15);
        assertEquals("[4 values, mean 3, variance 4.667]", sample.toString());
        assertEquals(4, sample.size());
        assertEquals(3 / Math.sqrt(14.0 / 12), sample.distanceOfMean(0), 1e-12);
    }

    @Test
    void distancesAreCountedInStandardErrors() {
        Sample sample = Sample.of(new double[] {0, 2, 0, 2}); // mean 1, variance 4/3
        assertEquals(2 * (1 - 0.5), sample.distanceFromNormal(0.5, 1), 1e-12);
        assertEquals((4.0 / 3 / 0.2 - 1) * Math.sqrt(2), sample.distanceFromNormal(1, 0.2), 1e-12);
    }

    @Test
    void theDistanceOfTheShapeIsTheLargestGapOnEitherSide() {
        DoubleUnaryOperator uniform = x -> x;
        Sample low = Sample.of(new double[] {0.7, 0.1, 0.4}); // at 0.7: all of them, against 0.7
        assertEquals(0.3 * Math.sqrt(3), low.kolmogorovSmirnov(uniform), 1e-12);
        Sample high = Sample.of(new double[] {0.9, 0.6}); // below 0.6: none of them, against 0.6
        assertEquals(0.6 * Math.sqrt(2), high.kolmogorovSmirnov(uniform), 1e-12);
    }

    @Test
    void theDistributionOfAGaussianIsTheTabulatedOne() {
        DoubleUnaryOperator normal = Sample.normal(2, 9);
        assertEquals(0.5, normal.applyAsDouble(2), 1e-15);
        assertEquals(0.841344746068543, normal.applyAsDouble(5), 1e-14); // Φ(1)
        assertEquals(0.022750131948179, normal.applyAsDouble(-4), 1e-14); // Φ(-2)
    }

    @Test
    void theCorrelationAgreesWithThatOfTheTests() { // written twice, by the same formula
        double[] x = draw(1, Math::sqrt);
        double[] y = draw(2, u -> u * u);
        double correlation = Sample.of(x).correlation(Sample.of(y));
        assertEquals(Moments.correlation(x, y), correlation, 1e-3 * Math.abs(correlation));
    }

    @Test
    void theShapeIsSeenWhereTheMomentsAgree() {
        Sample uniform = Sample.of(draw(3, u -> Math.sqrt(12) * (u - 0.5)));
        assertTrue(uniform.distanceFromNormal(0, 1) < 5);
        assertTrue(uniform.kolmogorovSmirnov(Sample.normal(0, 1)) > 2.8);
        DoubleUnaryOperator truth = x -> x / Math.sqrt(12) + 0.5;
        assertTrue(uniform.kolmogorovSmirnov(truth) < 2.8);
    }

    @Test
    void dependenceIsSeen() {
        double[] x = draw(4, u -> u);
        Sample shifted = Sample.of(draw(4, u -> u + 1));
        assertEquals(Math.sqrt(N), Sample.of(x).correlation(shifted), 1e-9);
        assertTrue(Math.abs(Sample.of(x).correlation(Sample.of(draw(5, u -> u)))) < 5);
    }

    @Test
    void badSamplesAreRefused() {
        assertRefused("a sample needs at least 2 values, got 1", () -> Sample.of(new double[] {1}));
        assertRefused(
                "all values must be finite, got NaN",
                () -> Sample.of(new double[] {1, Double.NaN}));
        Sample two = Sample.of(new double[] {1, 2});
        assertRefused(
                "got 2 and 3 values", () -> two.correlation(Sample.of(new double[] {1, 2, 3})));
        assertRefused("the variance must be positive, got 0.0", () -> Sample.normal(0, 0));
        assertRefused(
                "the variance must be positive, got NaN",
                () -> two.distanceFromNormal(0, Double.NaN));
    }
}
