package ddpm.loss;

import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Posterior;
import ddpm.reference.Grid;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * L = E_q[L_T + Σ_{t>1} L_{t-1} + L_0], Eq. 5, path by path; the proofs of power add the mean. The
 * last step back is a Gaussian here, with the density in the place of the decoder.
 */
final class BoundIdentityTest {

    private static final double X0 = 0.4;

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(Grid.SHORT, LinearSchedule.rescaled(50), new CosineSchedule(7));
    }

    /** Any function will do: the identity holds for every μ_θ. */
    private static double model(double xt, int t) {
        return 0.3 * xt + Math.sin(2 * xt) + 0.1 * t;
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theLogRatioOfAPathIsTheSumOfTheTerms(NoiseSchedule schedule) {
        assertTrue(worstError(schedule, new Posterior(schedule), 2) <= 1e-12);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theIdentityRejectsPlantedBugs(NoiseSchedule schedule) {
        var posterior = new Posterior(schedule);
        assertTrue(worstError(schedule, posterior, 3) > 1e-3); // the term of t = 2 left out
        double[] betas = new double[schedule.steps()];
        for (int t = 1; t <= betas.length; t++) {
            betas[t - 1] = schedule.beta(Math.max(1, t - 1)); // shifted by a step
        }
        var shifted = new Posterior(NoiseSchedule.ofBetas(betas));
        assertTrue(worstError(schedule, shifted, 2) > 1e-3);
    }

    /** Over 100 paths, relative to the sum of the absolute values of the terms. */
    private static double worstError(NoiseSchedule s, Posterior posterior, int firstTerm) {
        var forward = new ForwardProcess(s);
        var random = new SplittableRandom(3);
        double worst = 0;
        for (int i = 0; i < 100; i++) {
            double[] x = path(forward, random);
            double size = 1;
            double left = -logNormal(x[s.steps()], 0, 1);
            double right = lastTerm(forward, x);
            for (int t = 1; t <= s.steps(); t++) {
                double q = logNormal(x[t], forward.step(x[t - 1], t, 0), s.beta(t));
                double p = logNormal(x[t - 1], model(x[t], t), s.beta(t));
                left += q - p;
                size += Math.abs(q) + Math.abs(p);
                if (t == 1) {
                    right -= p;
                } else if (t >= firstTerm) {
                    right += logPosterior(posterior, x, t) - p;
                }
            }
            worst = Math.max(worst, Math.abs(left - right) / size);
        }
        return worst;
    }

    private static double[] path(ForwardProcess forward, SplittableRandom random) {
        double[] x = new double[forward.schedule().steps() + 1];
        x[0] = X0;
        for (int t = 1; t < x.length; t++) {
            x[t] = forward.step(x[t - 1], t, random.nextGaussian());
        }
        return x;
    }

    private static double lastTerm(ForwardProcess forward, double[] x) {
        int last = x.length - 1;
        double mean = forward.signalScale(last) * x[0];
        double variance = forward.schedule().oneMinusAlphaBar(last);
        return logNormal(x[last], mean, variance) - logNormal(x[last], 0, 1);
    }

    private static double logPosterior(Posterior posterior, double[] x, int t) {
        return logNormal(x[t - 1], posterior.mean(x[0], x[t], t), posterior.variance(t));
    }
}
