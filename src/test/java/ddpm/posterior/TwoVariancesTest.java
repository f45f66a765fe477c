package ddpm.posterior;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.reference.GaussianChain;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * σ_t² = β_t or β̃_t: how different the samples are. Data N(0, 0.25), exact ε, no noise at the last
 * step, so the samples are Gaussian and their variance is known.
 */
final class TwoVariancesTest {

    private static final double DATA = 0.25;

    /** β_t = β(t/T)/T with one and the same β(u) for all T; the paper's for T = 1000. */
    private static ForwardProcess forward(int steps) {
        return new ForwardProcess(
                NoiseSchedule.ofBetas(
                        IntStream.rangeClosed(1, steps)
                                .mapToDouble(t -> (0.1 + 19.9 * t / steps) / steps)
                                .toArray()));
    }

    private static double variance(ForwardProcess forward, ReverseVariance reverse) {
        return new GaussianChain(forward, DATA).variance(reverse);
    }

    private static double gap(int steps) {
        var forward = forward(steps);
        return variance(forward, ReverseVariance.BETA)
                - variance(forward, ReverseVariance.POSTERIOR);
    }

    @Test
    void theDifferenceInLawShrinksWithOrderOne() {
        for (int steps : new int[] {100, 200, 400, 800}) {
            double order = Math.log(gap(steps) / gap(2 * steps)) / Math.log(2);
            assertEquals(1, order, 0.2);
        }
    }

    @Test
    void oneIsTooWideAndTheOtherTooNarrow() {
        var forward = forward(1000);
        assertTrue(variance(forward, ReverseVariance.BETA) > DATA);
        assertTrue(variance(forward, ReverseVariance.POSTERIOR) < DATA);
    }

    @Test
    void aTestNeedsManySamplesToSeeTheDifferenceAtAThousandSteps() {
        // Two samples of n: the difference of their variances has standard error 2 v / √n. A test
        // at 5 standard errors has power one half where the true difference is 5 of them.
        double relative = gap(1000) / DATA;
        double samples = Math.pow(2 * 5 / relative, 2);
        assertTrue(200_000 < samples && samples < 400_000, "samples " + samples);
    }
}
