package ddpm.proof;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.schedule.NoiseSchedule;
import java.util.List;

/** F0: a small step forward can be run backwards by a Gaussian. */
final class ReversibilityProofs {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    private ReversibilityProofs() {}

    static List<Proof<?>> all() {
        return List.of(balance(), order());
    }

    private static Proof<?> balance() {
        return Proof.<Step>of(
                        "F0",
                        "N(0, 1) is in detailed balance",
                        ReversibilityProofs::checkBalance,
                        (s, x, t, e) -> new ForwardProcess(s).step(x, t, e))
                .rejects("no factor", (s, x, t, e) -> x + Math.sqrt(s.beta(t)) * e)
                .rejects("α for √α", (s, x, t, e) -> s.alpha(t) * x + Math.sqrt(s.beta(t)) * e)
                .rejects("β for √β", (s, x, t, e) -> Math.sqrt(s.alpha(t)) * x + s.beta(t) * e);
    }

    private static Proof<?> order() {
        return Proof.<StepBack>of(
                        "F0",
                        "the step back tends to a Gaussian with order 3",
                        ReversibilityProofs::checkOrder,
                        ReversibilityProofs::momentsOfBayes)
                .rejects(
                        "β for the variance",
                        (beta, y) -> new Normal(momentsOfBayes(beta, y).mean, beta))
                .rejects(
                        "the mean of the standard normal",
                        (beta, y) ->
                                new Normal(
                                        Math.sqrt(1 - beta) * y, momentsOfBayes(beta, y).variance))
                .rejects(
                        "y / √α for the mean",
                        (beta, y) ->
                                new Normal(
                                        y / Math.sqrt(1 - beta), momentsOfBayes(beta, y).variance))
                .rejects("the moments for β/2", (beta, y) -> momentsOfBayes(beta / 2, y));
    }

    private static Normal momentsOfBayes(double beta, double y) {
        GaussianMixture back = LAW.stepBack(NoiseSchedule.ofBetas(beta), 1, y);
        return new Normal(back.mean(), back.variance());
    }

    /** π(x) q(y|x) = π(y) q(x|y) for π = N(0, 1), in logarithms. */
    private static void checkBalance(Step step) {
        Each.step(
                1,
                (s, exact, t) -> {
                    double deviation = step.next(s, 0, t, 1);
                    double beta = deviation * deviation;
                    for (double x : new double[] {-1.3, 0, 0.2, 2}) {
                        double y = step.next(s, x, t, 0.7);
                        double there = logNormal(y, step.next(s, x, t, 0), beta);
                        double back = logNormal(x, step.next(s, y, t, 0), beta);
                        double size = Math.abs(there) + Math.abs(back) + 5;
                        double condition = 1 + (1 + Math.abs(x)) / deviation;
                        assertExact(
                                logNormal(x, 0, 1) + there,
                                logNormal(y, 0, 1) + back,
                                size * condition);
                    }
                });
    }

    /** 2.85 to 2.95 is measured by β = 0.005. */
    private static void checkOrder(StepBack implementation) {
        double large = distance(0.005, implementation);
        double small = distance(0.0025, implementation);
        double slope = Math.log(large / small) / Math.log(2);
        assertTrue(2.8 < slope && slope < 3.05, "slope " + slope);
        assertTrue(distance(0.6, implementation) > 1e-2); // a large step is no Gaussian
    }

    /** ∫ p(x_t) KL(q(x_{t-1} | x_t) ‖ the Gaussian) dx_t, x_{t-1} from the mixture. */
    private static double distance(double beta, StepBack implementation) {
        var noised = LAW.noised(new ForwardProcess(NoiseSchedule.ofBetas(beta)), 1);
        double sum = 0;
        for (double y = -4; y <= 4; y += 0.02) {
            sum += 0.02 * noised.density(y) * divergence(beta, y, implementation.of(beta, y));
        }
        return sum;
    }

    /** The true law by Bayes' rule, on a grid of 12 standard deviations to each side. */
    private static double divergence(double beta, double y, Normal normal) {
        double root = Math.sqrt(1 - beta);
        double width = 0.05 * Math.sqrt(beta) / root;
        double[] p = new double[481];
        double total = 0;
        for (int i = 0; i < p.length; i++) {
            double x = y / root + (i - 240) * width;
            p[i] = Math.exp(LAW.logDensity(x) + logNormal(y, root * x, beta));
            total += p[i];
        }
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            double x = y / root + (i - 240) * width;
            if (p[i] > 0) {
                double log = Math.log(p[i] / total / width);
                sum += p[i] / total * (log - logNormal(x, normal.mean, normal.variance));
            }
        }
        return sum;
    }

    /** The Gaussian that stands for q(x_{t-1} | x_t = y). */
    @FunctionalInterface
    private interface StepBack {
        Normal of(double beta, double y);
    }

    private record Normal(double mean, double variance) {}
}
