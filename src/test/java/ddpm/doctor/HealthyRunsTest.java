package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.Mnist;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.sampling.SecondOrderSampler;
import ddpm.sampling.StepSubset;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nothing is wrong, and nothing is named. */
class HealthyRunsTest {

    @Test
    void twoHealthyRunsAreHealthy() {
        assertHealthy(SmallRun.ofV().doctor().examine(1));
        assertHealthy(SmallRun.ofEpsilon().doctor().examine(1));
    }

    @Test
    void everyFaultButTheScoreIsLookedForInARun() {
        Findings findings = SmallRun.ofV().doctor().examine(2);
        assertEquals(Set.of(Fault.FEW_SAMPLES), findings.notLookedFor().keySet());
        assertEquals(Fault.values().length - 1, findings.checks());
        assertTrue(findings.measured().containsKey("loss of the averaged weights"));
    }

    @Test
    void everySamplerIsHealthyWithEveryVariance() {
        SmallRun run = SmallRun.ofV();
        Denoiser denoiser = run.sampler().denoiser();
        StepSubset some = StepSubset.quadratic(50, 15);
        for (Sampler sampler :
                List.of(
                        run.sampler().withVariance(ReverseVariance.BETA),
                        run.sampler().unclipped(),
                        new DdimSampler(denoiser, some, 0),
                        new DdimSampler(denoiser, StepSubset.of(3, 7, 20, 40), 1),
                        new DdimSampler(denoiser.unclipped(), StepSubset.all(50), 0.5),
                        new SecondOrderSampler(denoiser, some))) {
            assertHealthy(
                    Doctor.of(run.network, run.prediction, run.forward)
                            .withData(SmallRun.DIGITS)
                            .withSampler(sampler)
                            .examine(3));
        }
    }

    /** Ten runs on MNIST, none like another: seeds, predictions, schedules, rates and lengths. */
    static IntStream tenRuns() {
        return IntStream.range(0, 10);
    }

    @ParameterizedTest
    @MethodSource("tenRuns")
    @Tag("slow")
    void tenHealthyRunsAreHealthy(int i) {
        List<NoiseSchedule> schedules =
                List.of(
                        new CosineSchedule(50),
                        new LinearSchedule(100, 1e-3, 0.2),
                        new CosineSchedule(250),
                        LinearSchedule.DDPM,
                        new LinearSchedule(50, 0.002, 0.4));
        Prediction prediction = i % 2 == 0 ? Prediction.V : Prediction.EPSILON;
        double rate = i < 5 ? 5e-3 : 2e-3;
        UNetConfig config = SmallRun.TINY.withImages(28, 1);
        try (SmallRun run =
                new SmallRun(
                        Mnist.train(), config, schedules.get(i % 5), prediction, rate, 100 + i)) {
            assertHealthy(run.train(i < 5 ? 250 : 600).doctor().examine(i));
        }
    }
}
