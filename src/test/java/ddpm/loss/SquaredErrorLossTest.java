package ddpm.loss;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** L_simple and its weighted relatives. Eq. 12 and 14. */
final class SquaredErrorLossTest {

    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final SquaredErrorLoss SIMPLE = DiffusionLoss.simple(FORWARD);
    private static final int[] T = {1, 10, 4};

    private NDManager manager;
    private NDArray x0;
    private NDArray eps;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        x0 = manager.create(new float[] {-1, -0.5f, 0, 0.25f, 0.75f, 1}, new Shape(3, 1, 2, 1));
        eps = manager.create(new float[] {2, -1, 0.5f, 0, -3, 0.1f}, new Shape(3, 1, 2, 1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @ParameterizedTest
    @EnumSource
    void itIsTheWeightedMeanOfTheSquaredErrors(Prediction prediction) {
        LossWeight weight = t -> 0.3 + t * t;
        NoisePredictor half = (xt, t) -> xt.mul(xt);
        NDArray loss = SIMPLE.withPrediction(prediction).withWeight(weight).loss(half, x0, T, eps);
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            int t = T[i / 2];
            double clean = x0.toFloatArray()[i];
            double noise = eps.toFloatArray()[i];
            double xt = FORWARD.sample(clean, t, noise);
            double error = prediction.target(FORWARD, clean, t, noise) - xt * xt;
            expected += weight.at(t) * error * error / 6;
        }
        assertEquals(0, loss.getShape().dimension());
        assertEquals(expected, loss.getFloat(), 2e-6 * expected); // float32
        assertSame(manager, loss.getManager());
    }

    @Test
    void thePerfectNetworkHasNoLoss() {
        assertEquals(0f, SIMPLE.loss((xt, t) -> eps, x0, T, eps).getFloat());
        SquaredErrorLoss image = SIMPLE.withPrediction(Prediction.X0);
        assertEquals(0f, image.loss((xt, t) -> x0, x0, T, eps).getFloat());
    }

    @Test
    void aStepOfWeightZeroDoesNotCount() {
        LossWeight onlyTheLast = t -> t == 10 ? 3 : 0;
        SquaredErrorLoss loss = SIMPLE.withWeight(onlyTheLast);
        NoisePredictor wrongAtTheLast = (xt, t) -> xt.zerosLike();
        double square = 0.5 * 0.5; // of the image at step 10, a third of the batch
        assertEquals(square / 2, loss.loss(wrongAtTheLast, x0, T, eps).getFloat(), 1e-7);
    }

    @Test
    void theNetworkSeesTheNoisyImageAndTheStepsOfThePaper() {
        NoisePredictor spy =
                (xt, t) -> {
                    assertSame(T, t); // 1 … T, not shifted
                    float[] expected = FORWARD.sample(x0, T, eps).toFloatArray();
                    float[] actual = xt.toFloatArray();
                    for (int i = 0; i < 6; i++) {
                        assertEquals(expected[i], actual[i]);
                    }
                    return xt;
                };
        assertTrue(SIMPLE.loss(spy, x0, T, eps).getFloat() > 0);
    }

    @Test
    void overAllStepsItIsTheMeanOverTheSteps() { // t uniform on 1 … T makes it unbiased
        NoisePredictor network = (xt, t) -> xt;
        NDArray image = x0.get("0:1").repeat(0, 10);
        NDArray noise = eps.get("0:1").repeat(0, 10);
        int[] all = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double sum = 0;
        for (int t : all) {
            sum += SIMPLE.loss(network, x0.get("0:1"), new int[] {t}, eps.get("0:1")).getFloat();
        }
        double mean = SIMPLE.loss(network, image, all, noise).getFloat();
        assertEquals(sum / 10, mean, 1e-6 * mean); // float32
    }

    @Test
    void theGradientIsRightAndSurvivesAGarbageCollection() {
        // For ε_θ = θ x_t: dL/dθ = mean of 2 w (θ x_t - ε) x_t.
        LossWeight weight = t -> 1.0 / t;
        NDArray theta = manager.full(new Shape(), 0.7f);
        theta.setRequiresGradient(true);
        double expected = 0;
        for (int i = 0; i < 6; i++) {
            double noise = eps.toFloatArray()[i];
            double xt = FORWARD.sample(x0.toFloatArray()[i], T[i / 2], noise);
            expected += weight.at(T[i / 2]) * 2 * (0.7 * xt - noise) * xt / 6;
        }
        for (int round = 1; round <= 10; round++) {
            try (NDManager step = manager.newSubManager();
                    var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray image = x0.duplicate();
                image.attach(step);
                NDArray loss =
                        SIMPLE.withWeight(weight).loss((xt, t) -> xt.mul(theta), image, T, eps);
                System.gc();
                collector.backward(loss);
            }
            assertEquals(round * expected, theta.getGradient().getFloat(), 1e-5 * round);
        }
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        NoisePredictor same = (xt, t) -> xt;
        NoisePredictor flat = (xt, t) -> xt.reshape(3, 2);
        NDArray empty = manager.create(new float[0], new Shape(0, 1, 2, 1));
        assertRefused(
                "the target is (3, 1, 2, 1) but the network's output is (3, 2)",
                () -> SIMPLE.loss(flat, x0, T, eps));
        assertRefused(
                "x0 is (3, 1, 2, 1) but eps is (3, 2)",
                () -> SIMPLE.loss(same, x0, T, eps.reshape(3, 2)));
        assertRefused(
                "x0 must hold at least one image, got shape (0, 1, 2, 1)",
                () -> SIMPLE.loss(same, empty, new int[0], empty));
        assertRefused(
                "x0 is (3, 1, 2, 1) but t holds 1 steps: [1]",
                () -> SIMPLE.loss(same, x0, new int[] {1}, eps));
        assertRefused(
                "t must be in [1, 10], got 0",
                () -> SIMPLE.loss(same, x0, new int[] {1, 2, 0}, eps));
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        LossWeight tilde =
                LossWeight.ofBound(FORWARD, Prediction.EPSILON, ReverseVariance.POSTERIOR);
        String message = "the weight must be >= 0 and finite, got ";
        assertRefused(
                message + "Infinity at t = 1",
                () -> SIMPLE.withWeight(tilde).loss((xt, t) -> xt, x0, T, eps));
        assertRefused(
                message + "NaN at t = 1",
                () -> SIMPLE.withWeight(t -> Double.NaN).loss((xt, t) -> xt, x0, T, eps));
        assertRefused(
                message + "-1.0 at t = 1",
                () -> SIMPLE.withWeight(t -> -1).loss((xt, t) -> xt, x0, T, eps));
    }
}
