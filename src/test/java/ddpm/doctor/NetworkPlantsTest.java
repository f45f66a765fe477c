package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.sampling.AncestralSampler;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.training.LearningRate;
import ddpm.training.NoiseObjective;
import ddpm.training.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Faults that show in what the network answers. */
class NetworkPlantsTest {

    private static Doctor of(SmallRun run, NoisePredictor network, Prediction prediction) {
        return Doctor.of(network, prediction, run.forward).withData(SmallRun.DIGITS);
    }

    @Test
    void aLearningRateThatIsMuchTooSmallIsNamed() {
        try (var run = new SmallRun(new CosineSchedule(50), Prediction.V, 1e-7, 3).train(30)) {
            Findings findings = run.doctor().examine(1);
            Finding finding = assertOnly(Fault.STUCK_AT_ZERO, findings);
            assertTrue(finding.evidence().contains("answering 0 has 0.9"), finding.evidence());
        }
    }

    @Test
    void aTrainerOfAnotherNetworkIsNamed() {
        SmallRun run = SmallRun.ofV();
        try (var other = new SmallRun(new CosineSchedule(50), Prediction.V, 1e-3, 4)) {
            var objective = new NoiseObjective(run.objective.loss(), run.network.training(), 50);
            var settings = new Trainer.Settings(LearningRate.constant(1e-3), 1, 5);
            var trainer =
                    new Trainer(other.network.weights(), objective, settings, Optional.empty());
            var record = new RunRecord(trainer);
            trainer.run(3, run.batches, record);
            run.network.weights().zeroGradients();
            Findings findings =
                    Doctor.of(other.network, Prediction.V, run.forward).withRun(record).examine(1);
            Finding finding = assertOnly(Fault.STUCK_AT_ZERO, findings);
            assertTrue(finding.evidence().contains("0 in all 3 steps"), finding.toString());
        }
    }

    @Test
    void weightsThatAreNotNumbersAreNamed() {
        SmallRun run = SmallRun.ofV();
        NoisePredictor broken = (xt, t) -> run.network.predict(xt, t).mul(Float.NaN);
        assertOnly(Fault.NOT_FINITE, of(run, broken, Prediction.V).examine(1));
    }

    @Test
    void eachReadingForAnotherIsNamed() {
        SmallRun v = SmallRun.ofV();
        SmallRun eps = SmallRun.ofEpsilon();
        Finding asEps = assertOnly(Fault.MISREAD, of(v, v.network, Prediction.EPSILON).examine(1));
        assertTrue(asEps.evidence().contains("read as V"), asEps.toString());
        assertOnly(Fault.MISREAD, of(v, v.network, Prediction.X0).examine(1));
        assertOnly(Fault.MISREAD, of(v, v.network, Prediction.MEAN).examine(1));
        assertOnly(Fault.MISREAD, of(eps, eps.network, Prediction.V).examine(1));
        Finding asX0 = assertOnly(Fault.MISREAD, of(eps, eps.network, Prediction.X0).examine(1));
        assertTrue(asX0.evidence().contains("read as EPSILON"), asX0.toString());
        assertOnly(Fault.MISREAD, of(eps, eps.network, Prediction.MEAN).examine(1));
    }

    @Test
    void aSamplerThatWasNotToldIsNamed() {
        SmallRun run = SmallRun.ofV();
        var forgotten = new AncestralSampler(run.forward); // reads ε
        Finding finding = assertOnly(Fault.MISREAD, run.doctor().withSampler(forgotten).examine(1));
        assertTrue(finding.evidence().contains("told as EPSILON"), finding.toString());
    }

    /** Each group of a normalisation has one channel: it removes what t adds. */
    @Test
    void aNetworkThatDoesNotSeeTheTimeIsNamed() {
        SmallRun run = SmallRun.ofV();
        NoisePredictor blind = asking(run.network, t -> 25);
        Finding finding = assertOnly(Fault.T_IGNORED, of(run, blind, Prediction.V).examine(1));
        assertTrue(finding.evidence().contains("by 0 of"), finding.toString());
        var config =
                UNetConfig.MNIST.withChannels(4, 1, 2).withImages(14, 1); // of 8 groups 4 are left
        try (var alone =
                new SmallRun(
                        SmallRun.DIGITS, config, new CosineSchedule(50), Prediction.V, 5e-3, 3)) {
            assertOnly(
                    Fault.T_IGNORED, of(alone, alone.train(60).network, Prediction.V).examine(1));
        }
    }

    /** A network that knows the law shows even one step, on a short and strong schedule. */
    @Test
    void wrongStepsAreNamedForANetworkThatUsesThem() {
        var forward = new ForwardProcess(new LinearSchedule(10, 0.1, 0.8));
        var law =
                new GaussianMixture(new Component(0.5, -0.9, 0.05), new Component(0.5, 0.9, 0.05));
        NoisePredictor exact = (xt, t) -> law.eps(forward, xt, t);
        try (NDManager manager = Compute.manager()) {
            var random = new SplittableRandom(1);
            float[] pixels = new float[192 * 64];
            for (int i = 0; i < pixels.length; i++) {
                pixels[i] = (float) Math.max(-1, Math.min(1, law.sample(random)));
            }
            NDArray data = Tensors.of(manager, pixels, new Shape(192, 1, 8, 8));
            assertHealthy(Doctor.of(exact, Prediction.EPSILON, forward).withData(data).examine(1));
            for (IntUnaryOperator wrong :
                    List.<IntUnaryOperator>of(
                            t -> Math.max(1, t - 1), t -> Math.min(10, t + 1), t -> 11 - t)) {
                NoisePredictor shifted = asking(exact, wrong);
                assertOnly(
                        Fault.T_SHIFTED,
                        Doctor.of(shifted, Prediction.EPSILON, forward).withData(data).examine(1));
            }
        }
    }

    private static NoisePredictor asking(NoisePredictor network, IntUnaryOperator other) {
        return (xt, t) -> network.predict(xt, Arrays.stream(t).map(other).toArray());
    }
}
