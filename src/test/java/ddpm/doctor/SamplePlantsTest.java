package ddpm.doctor;

import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faults that show in the images alone. */
class SamplePlantsTest {

    private static final SmallRun RUN = SmallRun.ofEpsilon();

    private static Doctor doctor(NoisePredictor network) {
        return Doctor.of(network, RUN.prediction, RUN.forward).withData(SmallRun.DIGITS);
    }

    /** The sampler is right; the network is wrong by a constant. */
    private static Findings examineWithAnswersMovedBy(float constant) {
        NoisePredictor moved = (xt, t) -> RUN.network.predict(xt, t).add(constant);
        return Doctor.of(moved, RUN.prediction, RUN.forward)
                .withData(SmallRun.DIGITS)
                .withSampler(RUN.sampler())
                .examine(1);
    }

    @Test
    void blackAndWhiteSamplesAreNamed() {
        for (float constant : new float[] {-3, 3}) {
            Findings findings = examineWithAnswersMovedBy(constant);
            Finding finding = findings.get(Fault.ONE_COLOUR).orElseThrow();
            String mean = constant > 0 ? "mean is -1.00" : "mean is 1.00";
            assertTrue(finding.evidence().contains(mean), finding.evidence());
        }
    }

    /** A young network, an ε that is off by a little, and a division by a small √ᾱ_T. */
    @Test
    void samplesThatRunAwayAreNamed() {
        var cosine = new CosineSchedule(50);
        try (var run = new SmallRun(cosine, Prediction.EPSILON, SmallRun.RATE, 5).train(40)) {
            Doctor doctor =
                    Doctor.of(run.network, run.prediction, run.forward).withData(SmallRun.DIGITS);
            Finding finding =
                    assertOnly(
                            Fault.X0_RUNS_AWAY,
                            doctor.withSampler(run.sampler().unclipped()).examine(1));
            assertTrue(finding.evidence().contains("|x̂_0| reaches"), finding.evidence());
            Named.assertHealthy(doctor.withSampler(run.sampler()).examine(1));
        }
    }

    @Test
    void samplesThatAreGivenAreLookedAt() {
        try (NDManager manager = Compute.manager()) {
            NDArray black = manager.full(new Shape(8, 1, 14, 14), -1f);
            assertOnly(Fault.ONE_COLOUR, doctor(RUN.network).withSamples(black).examine(1));
            NDArray nan = manager.full(new Shape(8, 1, 14, 14), Float.NaN);
            Findings findings = doctor(RUN.network).withSamples(nan).examine(1);
            assertTrue(findings.get(Fault.NOT_FINITE).isPresent(), findings.toString());
            NDArray digits = SmallRun.DIGITS.batch(manager, IntStream.range(0, 8).toArray());
            Named.assertHealthy(doctor(RUN.network).withSamples(digits).examine(1));
            NDArray large = digits.mul(2.5);
            assertOnly(Fault.X0_RUNS_AWAY, doctor(RUN.network).withSamples(large).examine(1));
        }
    }
}
