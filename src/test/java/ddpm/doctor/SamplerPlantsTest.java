package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.doctor.HandSampler.Bug;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A sampler written by hand, right and with one mistake; no network is needed to see it. */
class SamplerPlantsTest {

    private static final List<NoiseSchedule> SCHEDULES =
            List.of(
                    LinearSchedule.DDPM,
                    new CosineSchedule(250),
                    new LinearSchedule(30, 0.01, 0.6));

    private static Findings examine(NoiseSchedule schedule, Bug bug) {
        var forward = new ForwardProcess(schedule);
        return examine(forward, new HandSampler(forward, bug));
    }

    private static Findings examine(ForwardProcess forward, Sampler sampler) {
        return Doctor.of((xt, t) -> xt, Prediction.EPSILON, forward)
                .withSampler(sampler)
                .examine(1);
    }

    @Test
    void theRightSamplerIsHealthyOnEachSchedule() {
        for (NoiseSchedule schedule : SCHEDULES) {
            Findings findings = examine(schedule, Bug.NONE);
            assertHealthy(findings);
            assertEquals(5, findings.checks());
        }
    }

    @Test
    void noiseAtTheLastStepIsNamedWithItsSize() {
        for (NoiseSchedule schedule : SCHEDULES) {
            Finding finding =
                    assertOnly(Fault.NOISE_AT_LAST_STEP, examine(schedule, Bug.NOISE_AT_LAST_STEP));
            double said = Double.parseDouble(finding.evidence().replaceAll(".* (\\S+)\\.$", "$1"));
            double sigma = Math.sqrt(schedule.beta(1));
            assertEquals(sigma, said, 0.15 * sigma); // 1536 draws: 8 standard errors
            assertOnly(Fault.NOISE_AT_LAST_STEP, examine(schedule, Bug.CLIPPED_NOISE_AT_LAST_STEP));
        }
    }

    @Test
    void stepsCountedFromZeroOrTwoAreNamed() {
        for (NoiseSchedule schedule : SCHEDULES) {
            int last = schedule.steps();
            Finding early = assertOnly(Fault.T_SHIFTED, examine(schedule, Bug.ASKS_T_MINUS_1));
            assertTrue(early.evidence().contains("t = " + (last - 1) + " … 0"), early.evidence());
            Finding late = assertOnly(Fault.T_SHIFTED, examine(schedule, Bug.ASKS_T_PLUS_1));
            assertTrue(late.evidence().contains("t = " + (last + 1) + " … 2"), late.evidence());
            assertOnly(Fault.T_SHIFTED, examine(schedule, Bug.STARTS_LATE));
        }
    }

    @Test
    void wrongArithmeticIsNamed() {
        for (NoiseSchedule schedule : SCHEDULES) {
            assertOnly(Fault.SAMPLER_LAW, examine(schedule, Bug.STOPS_EARLY));
            assertOnly(Fault.SAMPLER_LAW, examine(schedule, Bug.ALPHA_BAR_BEFORE));
            assertOnly(Fault.SAMPLER_LAW, examine(schedule, Bug.NO_ROOT_ALPHA));
            assertOnly(Fault.SAMPLER_LAW, examine(schedule, Bug.VARIANCE_FOR_DEVIATION));
        }
    }

    @Test
    void aSamplerWithAnotherScheduleIsNamed() {
        var forward = new ForwardProcess(new CosineSchedule(250));
        var other = new ForwardProcess(new LinearSchedule(250, 4e-4, 0.08));
        assertOnly(Fault.SAMPLER_LAW, examine(forward, new HandSampler(other, Bug.NONE)));
    }

    @Test
    void aSamplerThatCannotBeAskedIsToldSo() {
        var forward = new ForwardProcess(new CosineSchedule(50));
        Findings deaf = examine(forward, (network, xT, random, listener) -> xT.duplicate());
        assertHealthy(deaf);
        assertTrue(deaf.notLookedFor().get(Fault.T_SHIFTED).contains("does not ask"));
        Sampler refusing =
                (network, xT, random, listener) -> {
                    throw new IllegalArgumentException("images must be (N, 3, 64, 64)");
                };
        String why = examine(forward, refusing).notLookedFor().get(Fault.NOISE_AT_LAST_STEP);
        assertTrue(why.contains("(N, 3, 64, 64)"), why);
    }

    @Test
    void noiseOfAnotherGeneratorIsNotTakenForAFault() {
        var forward = new ForwardProcess(new CosineSchedule(50));
        var other = new SplittableRandom(1);
        Sampler own =
                (network, xT, random, listener) ->
                        new HandSampler(forward, Bug.NONE).sample(network, xT, other, listener);
        Findings findings = examine(forward, own);
        assertHealthy(findings);
        String why = findings.notLookedFor().get(Fault.SAMPLER_LAW);
        assertTrue(why.contains("generator"), why);
    }
}
