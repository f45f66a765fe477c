package ddpm.forward;

import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.schedule.NoiseSchedule;
import org.junit.jupiter.api.Test;

/** What is special about N(0, 1), for which a step is in detailed balance. */
final class ReversibilityTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    @Test
    void theMixtureIsNotInDetailedBalance() {
        var forward = new ForwardProcess(NoiseSchedule.ofBetas(0.1));
        double there = LAW.logDensity(-1) + logNormal(0.5, forward.step(-1, 1, 0), 0.1);
        double back = LAW.logDensity(0.5) + logNormal(-1, forward.step(0.5, 1, 0), 0.1);
        assertTrue(Math.abs(there - back) > 0.01);
    }
}
