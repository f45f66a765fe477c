package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.loss.LossWeight;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.training.NoiseObjective;
import ddpm.training.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Algorithm 1 written by hand, right and with one mistake; no network is needed to see it. */
class ObjectivePlantsTest {

    private static final ForwardProcess COSINE = new ForwardProcess(new CosineSchedule(250));

    private static Doctor doctor(ForwardProcess forward, Prediction prediction) {
        return Doctor.of((xt, t) -> xt, prediction, forward);
    }

    private static Findings examine(Function<NoisePredictor, Objective> objective) {
        return doctor(COSINE, Prediction.EPSILON).withObjective(objective).examine(1);
    }

    /**
     * Algorithm 1 for ε, with t drawn from an interval, x_t made at a step that need not be t, and
     * the noise for the target made of the noise in x_t.
     */
    private static Findings examine(
            int least, int beyond, int levelOffset, Function<NDArray, NDArray> target) {
        return examine(
                network ->
                        (batch, draws) -> {
                            int n = (int) batch.getShape().get(0);
                            int[] t = draws.timesteps().ints(n, least, beyond).toArray();
                            int[] level =
                                    Arrays.stream(t)
                                            .map(s -> Math.max(1, Math.min(250, s + levelOffset)))
                                            .toArray();
                            NDArray eps =
                                    Tensors.normal(
                                            batch.getManager(), batch.getShape(), draws.noise());
                            NDArray xt = COSINE.sample(batch, level, eps);
                            return target.apply(eps).sub(network.predict(xt, t)).square().mean();
                        });
    }

    @Test
    void rightObjectivesAreHealthy() {
        assertHealthy(examine(1, 251, 0, eps -> eps));
        for (var schedule : List.of(new CosineSchedule(250), LinearSchedule.DDPM)) {
            var forward = new ForwardProcess(schedule);
            for (Prediction prediction : Prediction.values()) {
                var loss = DiffusionLoss.simple(forward).withPrediction(prediction);
                for (LossWeight weight :
                        List.of(
                                LossWeight.SIMPLE,
                                LossWeight.ofBound(forward, prediction, ReverseVariance.BETA))) {
                    var objective =
                            new NoiseObjective(
                                    loss.withWeight(weight), (xt, t) -> xt, schedule.steps());
                    Findings findings =
                            doctor(forward, prediction).withObjective(objective).examine(1);
                    assertHealthy(findings);
                    assertEquals(4, findings.checks());
                }
            }
        }
    }

    @Test
    void stepsCountedFromZeroAreNamed() {
        Finding finding = assertOnly(Fault.T_SHIFTED, examine(0, 250, 0, eps -> eps));
        assertTrue(finding.evidence().contains("t = 0 … 249"), finding.evidence());
    }

    @Test
    void aLastStepThatIsNeverDrawnIsNamed() {
        Finding finding = assertOnly(Fault.T_SHIFTED, examine(1, 250, 0, eps -> eps));
        assertTrue(finding.evidence().contains("t = 1 … 249"), finding.evidence());
    }

    @Test
    void imagesOfTheStepBeforeOrAfterAreNamed() {
        Finding before = assertOnly(Fault.T_SHIFTED, examine(1, 251, -1, eps -> eps));
        assertTrue(before.evidence().contains("In training, asked about"), before.evidence());
        assertOnly(Fault.T_SHIFTED, examine(1, 251, 1, eps -> eps));
    }

    @Test
    void aTargetWithOtherNoiseIsNamed() {
        assertOnly(Fault.WRONG_TARGET, examine(1, 251, 0, eps -> eps.neg()));
        assertOnly(Fault.WRONG_TARGET, examine(1, 251, 0, eps -> eps.flip(1, 2, 3)));
    }

    @Test
    void imagesOfAnotherScheduleAreNamed() {
        var other = new ForwardProcess(new LinearSchedule(250, 4e-4, 0.08));
        var objective = new NoiseObjective(DiffusionLoss.simple(other), (xt, t) -> xt, 250);
        assertOnly(
                Fault.WRONG_TARGET,
                doctor(COSINE, Prediction.EPSILON).withObjective(objective).examine(1));
    }

    @Test
    void trainingForOneQuantityAndReadingAnotherIsNamed() {
        for (Prediction trained : Prediction.values()) {
            for (Prediction read : Prediction.values()) {
                var loss = DiffusionLoss.simple(COSINE).withPrediction(trained);
                var objective = new NoiseObjective(loss, (xt, t) -> xt, 250);
                Findings findings = doctor(COSINE, read).withObjective(objective).examine(1);
                if (trained == read) {
                    assertHealthy(findings);
                } else {
                    Finding finding = assertOnly(Fault.MISREAD, findings);
                    assertTrue(
                            finding.evidence().contains("asks for " + trained), finding::toString);
                }
            }
        }
    }
}
