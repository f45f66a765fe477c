package ddpm;

import static ddpm.reference.TinyModel.FORWARD;
import static ddpm.reference.TinyModel.STEPS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.data.GaussianMixture;
import ddpm.data.ImageSet;
import ddpm.doctor.Doctor;
import ddpm.doctor.Findings;
import ddpm.doctor.RunRecord;
import ddpm.loss.LossWeight;
import ddpm.loss.SquaredErrorLoss;
import ddpm.loss.VariationalBound;
import ddpm.measure.BitsPerDimension;
import ddpm.measure.DigitClassifier;
import ddpm.network.Compute;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.DeviceWatch;
import ddpm.reference.DeviceWatch.Request;
import ddpm.reference.TinyModel;
import ddpm.sampling.AncestralSampler;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Denoiser.Clipping;
import ddpm.sampling.Sampler;
import ddpm.sampling.Trajectory;
import ddpm.training.Batches;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Objective;
import ddpm.training.Trainer;
import ddpm.training.Watchdog;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every array is made on the model's device. The model lives on a GPU that is not there: see {@link
 * DeviceWatch}.
 */
class DeviceTest {

    private static final Device GPU = Device.gpu();
    private static final ImageSet IMAGES = ImageSet.of(1, 4, 4, new byte[3 * 16]);
    private static final Batches DATA = (manager, step) -> IMAGES.batch(manager, 0, 2);

    private static DeviceWatch watch;
    private UNet net;
    private NDManager work;

    @BeforeAll
    static void watch() {
        Compute.engine();
        watch = new DeviceWatch();
    }

    @AfterAll
    static void endWatch() {
        watch.close();
    }

    @BeforeEach
    void open() {
        net = UNet.create(TinyModel.CONFIG, 1, GPU);
        work = net.manager().newSubManager();
    }

    @AfterEach
    void close() {
        net.close();
    }

    /** At least so many arrays were made since the last call, and all of them on the GPU. */
    private static void assertAllOnGpu(int least) {
        List<Request> all = watch.requests();
        assertTrue(all.size() >= least, "only " + all.size() + " were seen: " + all);
        assertEquals(List.of(), elsewhere(all));
    }

    private static List<Request> elsewhere(List<Request> requests) {
        return requests.stream().filter(r -> !r.device().equals(GPU)).toList();
    }

    private NDArray normal(long seed) {
        return Tensors.normal(work, new Shape(2, 1, 4, 4), new SplittableRandom(seed));
    }

    private NoiseObjective objective(Prediction prediction, LossWeight weight) {
        return new NoiseObjective(
                new SquaredErrorLoss(FORWARD, prediction, weight), net.training(), STEPS);
    }

    @Test
    void aNetworkIsMadeOnItsDevice() {
        assertAllOnGpu(1); // its parameters
        assertEquals(GPU, net.weights().flat().getDevice());
        assertEquals(GPU, net.predict(normal(1), new int[] {1, STEPS}).getDevice());
        net.weights().set(Tensors.floats(net.weights().flat()));
        net.weights().copy().close();
        assertAllOnGpu(5); // its operations among them, which are made at the first call
    }

    @Test
    void theDoctorMakesAllItsArraysOnTheModelsDevice() {
        byte[] levels = new byte[8 * 16];
        new SplittableRandom(2).nextBytes(levels);
        try (var average = new MovingAverage(net.weights(), 0.9)) {
            NoiseObjective objective = objective(Prediction.EPSILON, LossWeight.SIMPLE);
            Trainer trainer = TinyModel.trainer(net, objective, Optional.of(average));
            RunRecord record = new RunRecord(trainer);
            trainer.run(30, DATA, new Watchdog(trainer, record));
            Findings findings =
                    Doctor.of(net, Prediction.EPSILON, FORWARD)
                            .withData(ImageSet.of(1, 4, 4, levels))
                            .withObjective(objective)
                            .withSampler(new AncestralSampler(FORWARD))
                            .withRun(record)
                            .examine(1);
            assertTrue(findings.measured().containsKey("loss of the averaged weights"));
            assertAllOnGpu(1000);
        }
    }

    @Test
    void aTrainingStepMakesAllItsArraysOnTheModelsDevice() {
        for (Prediction prediction : Prediction.values()) {
            LossWeight bound = LossWeight.ofBound(FORWARD, prediction, ReverseVariance.BETA);
            for (LossWeight weight : List.of(LossWeight.SIMPLE, bound)) {
                try (var average = new MovingAverage(net.weights(), 0.9)) {
                    TinyModel.trainer(net, objective(prediction, weight), Optional.of(average))
                            .run(2, DATA, step -> assertTrue(step.loss() > 0));
                }
                assertAllOnGpu(2 * 8); // the batch, ε, five columns, the embedding of each step
            }
        }
    }

    @Test
    void aSamplingStepMakesAllItsArraysOnTheModelsDevice() {
        try (var average = new MovingAverage(net.weights(), 0.9)) {
            UNet averaged = net.withWeights(average.weights());
            for (Clipping clipping : Clipping.values()) {
                Denoiser denoiser = new Denoiser(FORWARD, Prediction.V, clipping);
                for (Sampler sampler : TinyModel.samplers(denoiser)) {
                    Trajectory path = new Trajectory(work, Set.of(5, 0));
                    SplittableRandom random = new SplittableRandom(2);
                    NDArray x = sampler.sample(averaged, normal(1), random, path);
                    assertEquals(GPU, x.getDevice());
                    assertEquals(GPU, path.x0(5).getDevice());
                    assertEquals(2, ImageSet.of(x).size());
                    assertAllOnGpu(STEPS * 4); // the embedding and factors of each step
                }
            }
        }
    }

    @Test
    void theFormulasMakeTheirArraysWhereTheirArgumentsAre() {
        NDArray x = normal(1);
        NDArray y = normal(2);
        int[] t = {1, STEPS};
        Posterior posterior = new Posterior(FORWARD.schedule());
        List.of(FORWARD.sample(x, 3, y), FORWARD.sample(x, t, y), FORWARD.step(x, 3, y));
        List.of(posterior.mean(x, y, 3), posterior.mean(x, y, t));
        posterior.meanFromNoise(x, y, 3);
        for (Prediction p : Prediction.values()) {
            List.of(p.target(FORWARD, x, 3, y), p.target(FORWARD, x, t, y));
            List.of(p.x0(FORWARD, x, 3, y), p.x0(FORWARD, x, t, y));
            List.of(p.eps(FORWARD, x, 3, y), p.eps(FORWARD, x, t, y));
            List.of(p.mean(FORWARD, x, 3, y), p.mean(FORWARD, x, t, y));
        }
        var normal = new GaussianMixture(new GaussianMixture.Component(1, 0, 1));
        assertEquals(GPU, normal.eps(FORWARD, x, t).getDevice());
        assertAllOnGpu(2 * (6 + 4 * 8) + 3);
    }

    @Test
    void theBoundMakesItsArraysWhereTheImagesAre() {
        NDArray x0 = IMAGES.batch(work, 0, 1);
        for (Prediction prediction : Prediction.values()) {
            new VariationalBound(FORWARD, prediction, ReverseVariance.POSTERIOR)
                    .evaluate(net, x0, new SplittableRandom(1));
            assertAllOnGpu(STEPS * 4);
        }
    }

    @Test
    void bitsPerDimensionAreComputedWhereTheNetworkIs() {
        var bound = new VariationalBound(FORWARD, Prediction.V, ReverseVariance.POSTERIOR);
        var drawn = new BitsPerDimension.Drawn(2, 3, 1);
        BitsPerDimension.estimate(bound, net, IMAGES, drawn, work);
        assertAllOnGpu(STEPS * 4);
    }

    @Test
    void theClassifierMakesItsArraysOnItsDevice() {
        ImageSet digits = ImageSet.of(1, 28, 28, new byte[2 * 784]);
        try (DigitClassifier classifier = DigitClassifier.shipped(GPU)) {
            assertAllOnGpu(2); // its parameters, and its operations
            assertEquals(2, classifier.read(digits).count());
            assertAllOnGpu(1); // the batch
        }
    }

    /** The engine's copies in main memory live as long as the manager of what was read. */
    @Test
    void readingFromTheGpuLeavesNoCopyBehind() {
        NDArray x0 = IMAGES.batch(work, 0, 1);
        net.predict(x0, new int[] {1, 1}).close(); // the first call makes arrays that stay
        int before = net.manager().getManagedArrays().size();
        var bound = new VariationalBound(FORWARD, Prediction.V, ReverseVariance.BETA);
        bound.evaluate(net, x0, new SplittableRandom(1));
        net.weights().copy().close();
        ImageSet.of(x0);
        assertEquals(before, net.manager().getManagedArrays().size());
        x0.toFloatArray(); // the engine's own way
        assertEquals(before + 1, net.manager().getManagedArrays().size());
    }

    @Test
    void imagesElsewhereAreRefused() {
        try (NDManager cpu = Compute.manager(Device.cpu())) {
            NDArray x = cpu.zeros(new Shape(2, 1, 4, 4));
            var e =
                    assertThrows(
                            IllegalArgumentException.class, () -> net.predict(x, new int[] {1, 1}));
            assertTrue(e.getMessage().contains("on cpu() but the network is on gpu(0)"));
        }
        watch.requests();
    }

    @Test
    void bfloat16IsRefused() {
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> net.withPrecision(Precision.BFLOAT16));
        assertTrue(e.getMessage().contains("the network is on gpu(0)"), e.getMessage());
        assertEquals(Precision.FLOAT32, Precision.automatic(net.device()));
    }

    @Test
    void anArrayOnTheCpuIsCaught() {
        try (NDManager cpu = Compute.manager(Device.cpu())) {
            assertCaught(() -> cpu.full(new Shape(), 2f));
        }
    }

    @Test
    void anArrayOnTheEnginesOwnChoiceOfDeviceIsCaught() {
        assumeTrue(Compute.engine().getGpuCount() == 0, "with a GPU the choice is right");
        try (NDManager unnamed = NDManager.newBaseManager()) {
            assertCaught(() -> unnamed.create(new float[] {2}, new Shape()));
        }
    }

    private void assertCaught(java.util.function.Supplier<NDArray> stray) {
        Objective right = objective(Prediction.EPSILON, LossWeight.SIMPLE);
        Objective wrong = (batch, draws) -> right.loss(batch, draws).mul(stray.get());
        watch.requests();
        TinyModel.trainer(net, wrong, Optional.empty()).run(1, DATA, step -> {});
        List<Request> caught = elsewhere(watch.requests());
        assertEquals(1, caught.size(), caught.toString());
        assertTrue(caught.toString().contains("DeviceTest"), caught.toString());
        TinyModel.trainer(net, right, Optional.empty()).run(1, DATA, step -> {});
        assertFalse(watch.requests().isEmpty());
    }
}
