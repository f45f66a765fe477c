package ddpm;

import static ddpm.reference.TinyModel.FORWARD;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ddpm.loss.NoisePredictor;
import ddpm.loss.VariationalBound;
import ddpm.network.Compute;
import ddpm.network.UNet;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.TinyModel;
import ddpm.sampling.AncestralSampler;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.sampling.SamplingListener;
import ddpm.training.MovingAverage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * All works the same on a new thread, where the engine records gradients unless it is told not to.
 */
class ThreadTest {

    private static final Shape SHAPE = new Shape(2, 1, 4, 4);

    private UNet net;
    private NDManager work;

    @BeforeEach
    void open() {
        Compute.engine(); // loaded by this thread
        net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
        work = net.manager().newSubManager();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static <R> R onNewThread(Callable<R> code)
            throws ExecutionException, InterruptedException {
        FutureTask<R> task = new FutureTask<>(code);
        Thread thread = new Thread(task);
        thread.start();
        R result = task.get();
        thread.join();
        return result;
    }

    /** The weights after some steps, and two images by their average. */
    private static float[][] trainAndSample(long seed) {
        try (UNet own = UNet.create(TinyModel.CONFIG, seed, Device.cpu());
                MovingAverage average = new MovingAverage(own.weights(), 0.9);
                NDManager manager = own.manager().newSubManager()) {
            TinyModel.trainer(own, TinyModel.simple(own), Optional.of(average))
                    .run(5, TinyModel.DATA, step -> {});
            NDArray xT = Tensors.normal(manager, SHAPE, new SplittableRandom(seed));
            NDArray x =
                    new AncestralSampler(FORWARD)
                            .sample(
                                    own.withWeights(average.weights()),
                                    xT,
                                    new SplittableRandom(seed));
            return new float[][] {own.weights().flat().toFloatArray(), x.toFloatArray()};
        }
    }

    private static void assertSameBits(float[][] want, float[][] got) {
        assertArrayEquals(bits(want[0]), bits(got[0]), "the weights differ");
        assertArrayEquals(bits(want[1]), bits(got[1]), "the images differ");
    }

    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void theSameSeedGivesTheSameBitsAgainAndOnAnotherThread() throws Exception {
        float[][] here = trainAndSample(3);
        assertSameBits(here, trainAndSample(3));
        assertSameBits(here, onNewThread(() -> trainAndSample(3)));
        float[][] other = trainAndSample(4);
        assertFalse(Arrays.equals(here[0], other[0]));
        assertFalse(Arrays.equals(here[1], other[1]));
    }

    @Test
    void twoSeedsOfTheNoiseGiveTwoImages() {
        NDArray xT = Tensors.normal(work, SHAPE, new SplittableRandom(1));
        var sampler = new AncestralSampler(FORWARD);
        float[] a = sampler.sample(net, xT, new SplittableRandom(2)).toFloatArray();
        float[] b = sampler.sample(net, xT, new SplittableRandom(2)).toFloatArray();
        float[] c = sampler.sample(net, xT, new SplittableRandom(3)).toFloatArray();
        assertArrayEquals(bits(a), bits(b));
        assertFalse(Arrays.equals(a, c));
    }

    @Test
    void samplingRecordsNoGradient() throws Exception {
        for (Sampler sampler : TinyModel.samplers(new Denoiser(FORWARD))) {
            List<Boolean> recorded = new ArrayList<>();
            SamplingListener listener =
                    (t, xt, x0) -> {
                        recorded.add(hasGraph(xt));
                        recorded.add(hasGraph(x0));
                    };
            onNewThread(
                    () -> {
                        SplittableRandom random = new SplittableRandom(1);
                        NDArray xT = Tensors.normal(work, SHAPE, random);
                        NDArray x = sampler.sample(spy(recorded), xT, random, listener);
                        recorded.add(hasGraph(x));
                        assertTrue(JniUtils.isGradMode(), "the thread is as it was");
                        return x;
                    });
            assertTrue(recorded.size() > 3 * TinyModel.STEPS, recorded.toString());
            assertFalse(recorded.contains(true), sampler + ": " + recorded);
        }
    }

    @Test
    void theBoundRecordsNoGradient() throws Exception {
        List<Boolean> recorded = new ArrayList<>();
        var bound = new VariationalBound(FORWARD, Prediction.EPSILON, ReverseVariance.BETA);
        onNewThread(
                () -> {
                    NDArray x0 = work.ones(SHAPE);
                    return bound.evaluate(spy(recorded), x0, new SplittableRandom(1));
                });
        assertEquals(TinyModel.STEPS, recorded.size());
        assertFalse(recorded.contains(true), recorded.toString());
    }

    /** Without this the two tests above would hold of any code. */
    @Test
    void aNewThreadRecordsGradientsIfNobodyForbidsIt() throws Exception {
        List<Boolean> recorded = new ArrayList<>();
        onNewThread(() -> spy(recorded).predict(work.ones(SHAPE), new int[] {1, 2}));
        assertEquals(List.of(true), recorded);
    }

    /**
     * The engine's hasGradient() is false of computed arrays; only a leaf can be told to forget.
     */
    private static boolean hasGraph(NDArray x) {
        try {
            x.setRequiresGradient(false);
            return false;
        } catch (EngineException e) {
            assertTrue(e.getMessage().contains("leaf variables"), e.getMessage());
            return true;
        }
    }

    private NoisePredictor spy(List<Boolean> recorded) {
        return (xt, t) -> {
            NDArray output = net.predict(xt, t);
            recorded.add(hasGraph(output));
            return output;
        };
    }
}
