package ddpm.loss;

import static ddpm.reference.Decimals.assertExact;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.reference.Grid;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * E[-log p_θ(x_0)] ≤ L, Eq. 3, where both sides are known: data N(0, c) and steps back N(k_t x_t,
 * σ_t²). The gap is the KL of q(x_{1:T} | x_0) to p_θ(x_{1:T} | x_0).
 */
final class BoundGapTest {

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(
                Grid.SHORT,
                LinearSchedule.rescaled(50),
                LinearSchedule.DDPM,
                new CosineSchedule(7),
                NoiseSchedule.ofBetas(0.5));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theBoundIsTheCodeLengthAndTheGap(NoiseSchedule schedule) {
        for (double c : new double[] {0.2, 1, 3}) {
            for (double factor : new double[] {0.8, 1, 1.05}) {
                var model = new LinearModel(new ForwardProcess(schedule), c, t -> factor);
                double size = model.bound() + schedule.steps() * 10;
                assertExact(model.codeLength() + model.gap(), model.bound(), size);
                assertTrue(model.gap() > 0 || (c == 1 && factor == 1));
                assertTrue(model.bound() > model.codeLength() - 1e-12 * size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theBoundIsTightIfTheModelRunsTheChainBackwards(NoiseSchedule schedule) {
        // Data N(0, 1) stay N(0, 1): the step back is N(√α_t x_t, β_t), and p(x_T) is exact too.
        var model = new LinearModel(new ForwardProcess(schedule), 1, t -> 1);
        double entropy = Math.log(2 * Math.PI * Math.E) / 2;
        assertEquals(0, model.gap(), 1e-12 * schedule.steps());
        assertEquals(entropy, model.bound(), 1e-12 * schedule.steps());
        assertEquals(entropy, model.codeLength(), 1e-12 * schedule.steps());
    }

    /**
     * Steps back N(k_t x_t, β_t), with k_t a given factor times the regression of x_{t-1} on x_t.
     */
    private record LinearModel(ForwardProcess forward, double c, IntToDoubleFunction factor) {

        int steps() {
            return forward.schedule().steps();
        }

        double variance(int t) {
            return forward.variance(c, t);
        }

        double k(int t) {
            double covariance = Math.sqrt(forward.schedule().alpha(t)) * variance(t - 1);
            return factor.applyAsDouble(t) * covariance / variance(t);
        }

        /** E_q[log q(x_{1:T}|x_0) - log p_θ(x_{0:T})], from second moments. */
        double bound() {
            double sum = crossEntropy(variance(steps()), 1);
            for (int t = 1; t <= steps(); t++) {
                double beta = forward.schedule().beta(t);
                double covariance = Math.sqrt(forward.schedule().alpha(t)) * variance(t - 1);
                double square = variance(t - 1) - 2 * k(t) * covariance + k(t) * k(t) * variance(t);
                sum += crossEntropy(square, beta) - crossEntropy(beta, beta);
            }
            return sum;
        }

        /** E[-log p_θ(x_0)], where p_θ(x_0) is the Gaussian that the steps back end in. */
        double codeLength() {
            return crossEntropy(c, modelVariances()[0]);
        }

        /** The model as a chain in the other direction, step by step against q(x_t | x_{t-1}). */
        double gap() {
            double[] s = modelVariances();
            double sum = 0;
            for (int t = 1; t <= steps(); t++) {
                double beta = forward.schedule().beta(t);
                double mean = Math.sqrt(forward.schedule().alpha(t)) - k(t) * s[t] / s[t - 1];
                double distance = mean * mean * variance(t - 1);
                sum += GaussianKl.isotropic(distance, 1, beta, s[t] * beta / s[t - 1]);
            }
            return sum;
        }

        private double[] modelVariances() {
            double[] s = new double[steps() + 1];
            s[steps()] = 1;
            for (int t = steps(); t >= 1; t--) {
                s[t - 1] = k(t) * k(t) * s[t] + forward.schedule().beta(t);
            }
            return s;
        }

        /** -E log N(x; 0, variance) for E x² = square. */
        private static double crossEntropy(double square, double variance) {
            return (Math.log(2 * Math.PI * variance) + square / variance) / 2;
        }
    }
}
