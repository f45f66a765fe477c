package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.data.LineDensity;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.loss.NoisePredictor;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Algorithm 1 on images of one pixel whose best prediction is known: the loss falls towards the
 * part of the noise that nobody can know, E Var(ε | x_t), and not to 0.
 */
class AlgorithmOneTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.3, -1, 0.25), new Component(0.7, 0.8, 0.35));
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final int T = 10;
    private static final int BATCH = 128;

    private static final UNetConfig ONE_PIXEL =
            new UNetConfig(
                    1,
                    1,
                    8,
                    List.of(1),
                    1,
                    new UNetConfig.Attention(Set.of(), 1),
                    new UNetConfig.Norm(2, 1e-6),
                    0,
                    UNetConfig.Padding.END);

    private static final Batches DATA =
            (manager, step) -> {
                var random = new SplittableRandom(step);
                float[] pixels = new float[BATCH];
                IntStream.range(0, BATCH).forEach(i -> pixels[i] = (float) LAW.sample(random));
                return Tensors.of(manager, pixels, new Shape(BATCH, 1, 1, 1));
            };

    private static UNet net;
    private static double excessBefore;

    @BeforeAll
    static void train() {
        net = UNet.create(ONE_PIXEL, 1, Device.cpu());
        excessBefore = mean(AlgorithmOneTest::excess);
        var simple = DiffusionLoss.simple(FORWARD);
        var rate = LearningRate.constant(1e-2).withWarmUp(20).withCosineDecay(250);
        new Trainer(
                        net.weights(),
                        new NoiseObjective(simple, net.training(), T),
                        new Trainer.Settings(rate, 1, 7),
                        Optional.empty())
                .run(250, DATA, step -> {});
    }

    @AfterAll
    static void close() {
        net.close();
    }

    private static double mean(java.util.function.IntToDoubleFunction atStep) {
        return IntStream.rangeClosed(1, T).mapToDouble(atStep).average().orElseThrow();
    }

    private static LineDensity law(int t) {
        return LineDensity.of(LAW.noised(FORWARD, t)::density, -6, 6, 400);
    }

    /** E Var(ε | x_t) = 1 - Var E[ε | x_t]. */
    private static double floor(int t) {
        return 1 - law(t).variance(x -> LAW.eps(FORWARD, x, t));
    }

    /** The mean of (ε* - ε_θ)² over q(x_t), by quadrature. */
    private static double excess(int t) {
        double[] x = law(t).x();
        double[] p = law(t).density();
        float[] places = new float[x.length];
        IntStream.range(0, x.length).forEach(i -> places[i] = (float) x[i]);
        float[] answers = answers(places, t);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += p[i] * Math.pow(LAW.eps(FORWARD, x[i], t) - answers[i], 2);
        }
        return sum / Arrays.stream(p).sum();
    }

    private static float[] answers(float[] x, int t) {
        int[] steps = new int[x.length];
        Arrays.fill(steps, t);
        try (NDManager work = net.manager().newSubManager()) {
            NDArray xt = Tensors.of(work, x, new Shape(x.length, 1, 1, 1));
            return NoGradient.get(() -> net.predict(xt, steps)).toFloatArray();
        }
    }

    @Test
    void aNewNetworkHasTheLossOfAnsweringZero() {
        assertEquals(1, mean(AlgorithmOneTest::floor) + excessBefore, 1e-6);
    }

    @Test
    void trainingComesCloseToTheLossThatNobodyCanBeat() {
        assertTrue(mean(AlgorithmOneTest::floor) > 0.3, "a floor well above 0");
        // Over other seeds it was 0.02 to 0.04.
        double share = mean(AlgorithmOneTest::excess) / excessBefore;
        assertTrue(share < 0.08, "of what can be learned is missing: " + share);
    }

    /** 5 standard errors, two comparisons: right code fails once in 870 000 fresh seeds. */
    @Test
    void theLossIsTheFloorAndTheDistanceFromTheBestPrediction() {
        double floor = mean(AlgorithmOneTest::floor);
        assertMeanLoss(floor, (xt, t) -> LAW.eps(FORWARD, xt, t));
        assertMeanLoss(floor + mean(AlgorithmOneTest::excess), net);
    }

    private static void assertMeanLoss(double want, NoisePredictor network) {
        var objective = new NoiseObjective(DiffusionLoss.simple(FORWARD), network, T);
        double[] losses = new double[200];
        for (int i = 0; i < losses.length; i++) {
            try (NDManager work = net.manager().newSubManager()) {
                NDArray batch = DATA.at(work, 1000 + i);
                Draws draws = new Draws(8, i);
                losses[i] = NoGradient.get(() -> objective.loss(batch, draws)).getFloat();
            }
        }
        double distance = Moments.of(losses).distanceOfMean(want);
        assertTrue(distance < Moments.THRESHOLD, distance + " standard errors from " + want);
    }
}
