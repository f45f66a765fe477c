package ddpm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Moments;
import ddpm.schedule.NoiseSchedule;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Algorithm 2 with the exact ε of a mixture: with more steps it returns the mixture. The law is
 * carried as a density on a grid, so nothing is random.
 */
final class ExactNoiseTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    /** β_t = β(t/T)/T with one and the same β(u) for all T. */
    private static ForwardProcess forward(int steps) {
        return new ForwardProcess(
                NoiseSchedule.ofBetas(
                        IntStream.rangeClosed(1, steps)
                                .mapToDouble(t -> (0.1 + 7.9 * t / steps) / steps)
                                .toArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"beta", "posterior"})
    void theErrorOfTheVarianceFallsWithOrderOne(String name) {
        ReverseVariance variance =
                name.equals("beta") ? ReverseVariance.BETA : ReverseVariance.POSTERIOR;
        double coarse = errorOfVariance(forward(40), variance);
        double middle = errorOfVariance(forward(80), variance);
        double fine = errorOfVariance(forward(160), variance);
        assertEquals(1, Math.log(coarse / middle) / Math.log(2), 0.25);
        assertEquals(1, Math.log(middle / fine) / Math.log(2), 0.2);
    }

    private static double errorOfVariance(ForwardProcess forward, ReverseVariance variance) {
        var density = new Density(LAW.noised(forward, forward.schedule().steps()));
        for (int t = forward.schedule().steps(); t > 1; t--) {
            density = density.stepBack(forward, variance, t);
        }
        return Math.abs(density.varianceOfLastMean(forward) - LAW.variance());
    }

    @Test
    void noiseAtTheLastStepIsWrongForAPointAndRightForStandardNormalData() {
        ForwardProcess forward = forward(20);
        double beta = forward.schedule().beta(1);
        var point = new GaussianMixture(new Component(1, 0.7, 0));
        var normal = new GaussianMixture(new Component(1, 0, 1));
        // the variance of μ_θ(x_1): all that is there without noise at the last step
        double ofPoint =
                new Density(point.noised(forward, 1)).variance(x -> mean(point, forward, x));
        double ofNormal =
                new Density(normal.noised(forward, 1)).variance(x -> mean(normal, forward, x));
        assertEquals(0, ofPoint, 1e-12); // so noise would add β_1 to nothing
        assertEquals(
                1, ofNormal + beta, 5e-5); // so without noise β_1 is missing; 5e-5: grid ends at 5
        assertTrue(beta > 0.02);
    }

    private static double mean(GaussianMixture law, ForwardProcess forward, double x1) {
        return Prediction.EPSILON.mean(forward, x1, 1, law.eps(forward, x1, 1));
    }

    /** A density at the points of a grid over [-5, 5]. */
    private record Density(Values values) {

        private static final int POINTS = 900;
        private static final double WIDTH = 10.0 / POINTS;

        Density(GaussianMixture law) {
            this(i -> law.density(point(i)));
        }

        static double point(int i) {
            return -5 + (i + 0.5) * WIDTH;
        }

        Density stepBack(ForwardProcess forward, ReverseVariance variance, int t) {
            double sigma2 = variance.variance(forward.schedule(), t);
            int reach = (int) Math.ceil(7.5 * Math.sqrt(sigma2) / WIDTH);
            double[] next = new double[POINTS];
            for (int i = 0; i < POINTS; i++) {
                double p = values.at(i) * WIDTH;
                if (p > 1e-16) {
                    double xt = point(i);
                    double mean = Prediction.EPSILON.mean(forward, xt, t, LAW.eps(forward, xt, t));
                    int middle = (int) Math.floor((mean + 5) / WIDTH);
                    int last = Math.min(POINTS - 1, middle + reach);
                    for (int j = Math.max(0, middle - reach); j <= last; j++) {
                        next[j] += p * Math.exp(Moments.logNormal(point(j), mean, sigma2));
                    }
                }
            }
            return new Density(i -> next[i]);
        }

        double varianceOfLastMean(ForwardProcess forward) {
            return variance(x -> mean(LAW, forward, x));
        }

        double variance(DoubleUnaryOperator f) {
            double total = 0;
            double first = 0;
            double second = 0;
            for (int i = 0; i < POINTS; i++) {
                double p = values.at(i) * WIDTH;
                if (p > 0) {
                    double value = f.applyAsDouble(point(i));
                    total += p;
                    first += p * value;
                    second += p * value * value;
                }
            }
            return second / total - first / total * (first / total);
        }
    }

    @FunctionalInterface
    private interface Values {
        double at(int i);
    }
}
