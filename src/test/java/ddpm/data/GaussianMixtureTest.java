package ddpm.data;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.notebook.Sample;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The toy law whose exact noise is known. */
final class GaussianMixtureTest {

    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final GaussianMixture TOY =
            new GaussianMixture(new Component(0.3, -1, 0.2), new Component(0.7, 0.8, 0.4));
    private static final GaussianMixture POINTS =
            new GaussianMixture(new Component(0.5, -1, 0), new Component(0.5, 1, 0));

    /** ∫ f over [-8, 8] by the trapezium rule, which is exact to rounding for such smooth f. */
    private static double integral(DoubleUnaryOperator f) {
        double sum = 0;
        for (int i = -8000; i <= 8000; i++) {
            sum += f.applyAsDouble(i / 1000.0) / 1000;
        }
        return sum;
    }

    @Test
    void theDensityIntegratesToOneAndHasTheMoments() {
        assertEquals(1, integral(TOY::density), 1e-12);
        assertEquals(TOY.mean(), integral(x -> x * TOY.density(x)), 1e-12);
        double square = integral(x -> x * x * TOY.density(x));
        assertEquals(TOY.variance() + TOY.mean() * TOY.mean(), square, 1e-12);
    }

    @Test
    void theScoreIsTheSlopeOfTheLogDensity() {
        for (double x = -3; x <= 3; x += 0.1) {
            double h = 1e-4; // error of the five-point difference about h⁴, of rounding 1e-12
            double slope =
                    (8 * (TOY.logDensity(x + h) - TOY.logDensity(x - h))
                                    - (TOY.logDensity(x + 2 * h) - TOY.logDensity(x - 2 * h)))
                            / (12 * h);
            assertEquals(slope, TOY.score(x), 1e-9 * (1 + Math.abs(slope)));
        }
    }

    @Test
    void farOutNothingUnderflows() {
        assertEquals(Moments.logNormal(500, 0.8, 0.16) + Math.log(0.7), TOY.logDensity(500), 1e-6);
        assertEquals((0.8 - 500) / 0.16, TOY.score(500), 1e-9);
    }

    @Test
    void theNoisedLawIsTheConvolution() { // q(x_t) = ∫ q(x_t|x_0) q(x_0) dx_0
        for (int t = 1; t <= 10; t++) {
            int step = t;
            double variance = Grid.SHORT.oneMinusAlphaBar(t);
            for (double xt = -2; xt <= 2; xt += 0.5) {
                double x = xt;
                double density =
                        integral(
                                x0 -> {
                                    double mean = FORWARD.signalScale(step) * x0;
                                    double log = Moments.logNormal(x, mean, variance);
                                    return TOY.density(x0) * Math.exp(log);
                                });
                assertEquals(density, TOY.noised(FORWARD, t).density(xt), 1e-12);
            }
        }
    }

    @Test
    void atStepZeroTheNoisedLawIsTheLaw() {
        for (double x = -2; x <= 2; x += 0.25) {
            assertEquals(TOY.density(x), TOY.noised(FORWARD, 0).density(x), 1e-14);
        }
    }

    @Test
    void theExactNoiseIsTheConditionalMean() { // E[ε|x_t] = ∫ ε(x_0, x_t) q(x_0|x_t) dx_0
        for (int t = 1; t <= 10; t++) {
            double s = FORWARD.signalScale(t);
            double n = FORWARD.noiseScale(t);
            for (double xt = -2; xt <= 2; xt += 0.5) {
                double x = xt;
                DoubleUnaryOperator joint =
                        x0 -> TOY.density(x0) * Math.exp(Moments.logNormal(x, s * x0, n * n));
                double mean =
                        integral(x0 -> (x - s * x0) / n * joint.applyAsDouble(x0))
                                / integral(joint);
                assertEquals(mean, TOY.eps(FORWARD, xt, t), 1e-10);
            }
        }
    }

    @Test
    void aPointIsKnownOnceItIsNoised() { // for one point ε is no mystery
        var point = new GaussianMixture(new Component(1, 0.6, 0));
        double xt = FORWARD.sample(0.6, 5, -1.3);
        assertEquals(-1.3, point.eps(FORWARD, xt, 5), 1e-13);
        assertRefused("a point at 0.6 has no density", () -> point.density(0));
        // between two equal points the noise averages out
        assertEquals(0, POINTS.eps(FORWARD, 0, 5), 1e-15);
    }

    @Test
    void samplesHaveTheLaw() { // 2.8 of Kolmogorov and Smirnov: once in 3 million fresh seeds
        assertTrue(Sample.of(sample(TOY)).kolmogorovSmirnov(GaussianMixtureTest::ofToy) < 2.8);
    }

    @Test
    void theLawRejectsPlantedBugs() {
        var deviations = // variances in the place of deviations
                new GaussianMixture(new Component(0.3, -1, 0.04), new Component(0.7, 0.8, 0.16));
        var swapped =
                new GaussianMixture(new Component(0.7, -1, 0.2), new Component(0.3, 0.8, 0.4));
        var even = new GaussianMixture(new Component(0.32, -1, 0.2), new Component(0.68, 0.8, 0.4));
        for (GaussianMixture wrong : List.of(deviations, swapped, even)) {
            assertTrue(
                    Sample.of(sample(wrong)).kolmogorovSmirnov(GaussianMixtureTest::ofToy) > 5.6);
        }
    }

    private static double ofToy(double x) {
        return 0.3 * Sample.normal(-1, 0.04).applyAsDouble(x)
                + 0.7 * Sample.normal(0.8, 0.16).applyAsDouble(x);
    }

    private static double[] sample(GaussianMixture mixture) {
        var random = new SplittableRandom(11);
        double[] sample = new double[200_000];
        for (int i = 0; i < sample.length; i++) {
            sample[i] = mixture.sample(random);
        }
        return sample;
    }

    @Test
    void tensorsGetTheSameNoise() {
        try (NDManager manager = NDManager.newBaseManager()) {
            float[] values = {-2, -0.5f, 0, 0.5f, 1, 3};
            NDArray xt = manager.create(values, new Shape(3, 2));
            int[] t = {1, 10, 4};
            float[] noise = TOY.eps(FORWARD, xt, t).toFloatArray();
            for (int i = 0; i < 6; i++) {
                double expected = TOY.eps(FORWARD, values[i], t[i / 2]);
                assertEquals(expected, noise[i], 1e-7 * (1 + Math.abs(expected)));
            }
            assertRefused(
                    "xt is (3, 2) but t holds 1 steps: [1]",
                    () -> TOY.eps(FORWARD, xt, new int[] {1}));
            assertRefused(
                    "t must be in [1, 10], got 0", () -> TOY.eps(FORWARD, xt, new int[] {1, 0, 2}));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badComponentsAreRefused(double bad) {
        assertRefused("weight must be in (0, 1], got " + bad, () -> new Component(bad, 0, 1));
        assertRefused(
                "standardDeviation must be >= 0 and finite, got " + bad,
                () -> new Component(1, 0, bad));
    }

    @Test
    void otherBadArgumentsAreRefused() {
        assertRefused("mean must be finite, got NaN", () -> new Component(1, Double.NaN, 1));
        assertRefused(
                "weights must sum to 1, got 0.5",
                () -> new GaussianMixture(new Component(0.5, 0, 1)));
        assertRefused("weights must sum to 1, got 0.0", () -> new GaussianMixture(List.of()));
        assertRefused("x must be finite, got NaN", () -> TOY.score(Double.NaN));
        assertRefused("t must be in [1, 10], got 0", () -> TOY.eps(FORWARD, 0, 0));
    }

    @Test
    void theStepBackIsBayesRuleOnAGrid() {
        for (int t : new int[] {1, 4, 10}) {
            for (double xt : new double[] {-2, 0.1, 1.3}) {
                double root = Math.sqrt(Grid.SHORT.alpha(t));
                double beta = Grid.SHORT.beta(t);
                DoubleUnaryOperator product =
                        x -> TOY.density(x) * Math.exp(Moments.logNormal(xt, root * x, beta));
                double total = integral(product);
                GaussianMixture back = TOY.stepBack(Grid.SHORT, t, xt);
                for (double x = -2; x <= 2; x += 0.25) {
                    double expected = product.applyAsDouble(x) / total;
                    assertEquals(expected, back.density(x), 1e-12 * (1 + expected));
                }
            }
        }
    }

    @Test
    void theStepBackFromFarOutHasNoEmptyComponents() {
        GaussianMixture back = TOY.stepBack(Grid.SHORT, 1, 40);
        assertEquals(1, back.components().size());
        assertTrue(Double.isFinite(back.logDensity(30)));
    }

    @Test
    void theStepBackOfPointsStaysOnThem() {
        GaussianMixture back = POINTS.stepBack(Grid.SHORT, 1, 0.5);
        assertEquals(List.of(-1.0, 1.0), back.components().stream().map(Component::mean).toList());
        // P(1 | x) / P(-1 | x) = exp(2 √α x / β)
        double odds = back.components().get(1).weight() / back.components().get(0).weight();
        double beta = Grid.SHORT.beta(1);
        double expected = Math.exp(2 * Math.sqrt(1 - beta) * 0.5 / beta);
        assertEquals(expected, odds, 1e-9 * expected);
    }
}
