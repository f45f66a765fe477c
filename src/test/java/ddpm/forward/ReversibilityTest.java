package ddpm.forward;

import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.reference.Grid;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small step forward can be run backwards by a Gaussian: why Eq. 1 has the form of Eq. 2. */
final class ReversibilityTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theStandardNormalIsInDetailedBalance(NoiseSchedule schedule) {
        // π(x) q(y|x) = π(y) q(x|y) for π = N(0, 1), in logarithms
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            double beta = schedule.beta(t);
                            for (double x : new double[] {-1.3, 0, 0.2, 2}) {
                                double y = forward.step(x, t, 0.7);
                                double there = logNormal(y, forward.step(x, t, 0), beta);
                                double back = logNormal(x, forward.step(y, t, 0), beta);
                                double left = logNormal(x, 0, 1) + there;
                                double right = logNormal(y, 0, 1) + back;
                                double condition = 1 + (1 + Math.abs(x)) / Math.sqrt(beta);
                                double size = Math.abs(there) + Math.abs(back) + 5;
                                assertEquals(left, right, 1e-12 * size * condition);
                            }
                        });
    }

    @Test
    void theMixtureIsNotInDetailedBalance() { // the balance belongs to N(0, 1) alone
        var forward = new ForwardProcess(NoiseSchedule.ofBetas(0.1));
        double there = LAW.logDensity(-1) + logNormal(0.5, forward.step(-1, 1, 0), 0.1);
        double back = LAW.logDensity(0.5) + logNormal(-1, forward.step(0.5, 1, 0), 0.1);
        assertTrue(Math.abs(there - back) > 0.01);
    }

    @Test
    void theStepBackTendsToAGaussianWithOrderThree() {
        // KL to the Gaussian of the same moments, averaged over x_t: slope 2.85 to 2.95 here.
        double slope = slope(1, 0.005);
        assertTrue(slope > 2.8 && slope < 3.05, "slope " + slope);
        assertTrue(distanceFromGaussian(0.6, 1) > 1e-2); // a large step is no Gaussian
    }

    @Test
    void theOrderRejectsAGaussianWithAnotherVariance() {
        // β in the place of the variance of the step back: its error is of order β, its KL of β²
        double slope = slope(0, 0.005);
        assertTrue(slope < 2.2, "slope " + slope);
    }

    private static double slope(double matched, double beta) {
        double large = distanceFromGaussian(beta, matched);
        double small = distanceFromGaussian(beta / 2, matched);
        return Math.log(large / small) / Math.log(2);
    }

    /**
     * ∫ p(x_t) KL(q(x_{t-1} | x_t) ‖ a Gaussian of the same mean) dx_t, x_{t-1} from the mixture.
     */
    private static double distanceFromGaussian(double beta, double matched) {
        var noised = LAW.noised(new ForwardProcess(NoiseSchedule.ofBetas(beta)), 1);
        double sum = 0;
        for (double y = -4; y <= 4; y += 0.02) {
            sum += 0.02 * noised.density(y) * new StepBack(y, beta).divergence(matched);
        }
        return sum;
    }

    /** The true law of x_{t-1} given x_t = y, on a grid of 12 standard deviations to each side. */
    private record StepBack(double y, double beta) {

        private static final int HALF = 240;

        private double point(int i) {
            return y / Math.sqrt(1 - beta) + i * 12.0 / HALF * Math.sqrt(beta / (1 - beta));
        }

        private double weight(int i) {
            double x = point(i);
            return Math.exp(LAW.logDensity(x) + logNormal(y, Math.sqrt(1 - beta) * x, beta));
        }

        double divergence(double matched) {
            double total = 0;
            double first = 0;
            for (int i = -HALF; i <= HALF; i++) {
                total += weight(i);
                first += weight(i) * point(i);
            }
            double mean = first / total;
            double second = 0;
            for (int i = -HALF; i <= HALF; i++) {
                second += weight(i) * (point(i) - mean) * (point(i) - mean) / total;
            }
            double variance = matched * second + (1 - matched) * beta;
            double width = point(1) - point(0);
            double sum = 0;
            for (int i = -HALF; i <= HALF; i++) {
                double p = weight(i) / total;
                if (p > 0) {
                    sum += p * (Math.log(p / width) - logNormal(point(i), mean, variance));
                }
            }
            return sum;
        }
    }
}
