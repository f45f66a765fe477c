package ddpm.loss;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bound of images: the scalar terms, summed over the numbers of each image. Eq. 5. */
final class VariationalBoundTest {

    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);

    private NDManager manager;
    private NDArray x0;
    private NDArray eps;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        float[] pixels = {-1, 1, level(100), level(255), level(3), level(128)};
        x0 = manager.create(pixels, new Shape(3, 1, 2, 1));
        eps = manager.create(new float[] {2, -1, 0.5f, 0, -3, 0.1f}, new Shape(3, 1, 2, 1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private static float level(int level) {
        return (float) (level / 127.5 - 1);
    }

    private static VariationalBound bound(Prediction prediction) {
        return new VariationalBound(FORWARD, prediction, ReverseVariance.BETA);
    }

    @ParameterizedTest
    @EnumSource
    void aTermOfAnImageIsTheSumOverItsNumbers(Prediction prediction) {
        var bound = bound(prediction);
        for (int t : new int[] {1, 2, 10}) {
            double[] terms = bound.term((xt, steps) -> xt.mul(xt), x0, t, eps);
            float[] clean = x0.toFloatArray();
            float[] noisy = FORWARD.sample(x0, t, eps).toFloatArray();
            for (int n = 0; n < 3; n++) {
                double sum = 0;
                for (int i = 2 * n; i < 2 * n + 2; i++) {
                    sum += bound.term(clean[i], noisy[i], t, noisy[i] * noisy[i]);
                }
                assertEquals(sum, terms[n], 1e-12 * sum);
            }
        }
    }

    @Test
    void thePriorOfAnImageIsTheSumOverItsNumbers() {
        var bound = bound(Prediction.EPSILON);
        double[] prior = bound.prior(x0);
        assertEquals(3, prior.length);
        assertEquals(bound.prior(-1) + bound.prior(1), prior[0], 1e-12);
    }

    @Test
    void thePerfectNetworkLeavesTheConstantsThePriorAndTheDecoder() {
        var bound = bound(Prediction.X0);
        BoundTerms terms = bound.evaluate((xt, t) -> x0, x0, new SplittableRandom(1));
        assertEquals(10, terms.steps());
        double sum = 0;
        for (int t = 2; t <= 10; t++) {
            assertEquals(2 * bound.constant(t), terms.nats(t - 1), 1e-12);
            sum += terms.nats(t - 1);
        }
        double decoder = 0;
        for (float pixel : x0.toFloatArray()) {
            decoder -= DiscreteDecoder.logProbability(pixel, pixel, Math.sqrt(0.05)) / 3;
        }
        assertEquals(decoder, terms.nats(0), 1e-12 * decoder);
        assertEquals(sum + terms.nats(0) + terms.nats(10), terms.nats(), 1e-12);
        assertEquals(terms.nats() / 2 / Math.log(2), terms.bitsPerDimension(), 1e-12);
        assertEquals(terms.nats(3) / 2 / Math.log(2), terms.bitsPerDimension(3), 1e-12);
    }

    @Test
    void theNetworkIsAskedOncePerStepWithStepsOfThePaper() {
        int[] calls = new int[11];
        NoisePredictor network =
                (xt, t) -> {
                    assertEquals(3, t.length);
                    assertEquals(t[0], t[2]);
                    calls[t[1]]++;
                    return xt;
                };
        bound(Prediction.EPSILON).evaluate(network, x0, new SplittableRandom(1));
        for (int t = 1; t <= 10; t++) {
            assertEquals(1, calls[t]);
        }
    }

    @Test
    void nothingStaysBehind() {
        int before = manager.getManagedArrays().size();
        bound(Prediction.EPSILON).evaluate((xt, t) -> xt.mul(xt), x0, new SplittableRandom(1));
        assertEquals(before, manager.getManagedArrays().size());
    }

    @Test
    void theBoundIsFiniteForBothVariances() {
        var forward = new ForwardProcess(LinearSchedule.rescaled(30));
        for (ReverseVariance v :
                new ReverseVariance[] {ReverseVariance.BETA, ReverseVariance.POSTERIOR}) {
            var bound = new VariationalBound(forward, Prediction.EPSILON, v);
            double bits =
                    bound.evaluate((xt, t) -> xt, x0, new SplittableRandom(1)).bitsPerDimension();
            assertTrue(0 < bits && bits < Double.POSITIVE_INFINITY);
        }
    }

    @Test
    void theSameSeedGivesTheSameBound() {
        NoisePredictor network = (xt, t) -> xt;
        var bound = bound(Prediction.EPSILON);
        double first = bound.evaluate(network, x0, new SplittableRandom(9)).nats();
        assertEquals(first, bound.evaluate(network, x0, new SplittableRandom(9)).nats());
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        var bound = bound(Prediction.EPSILON);
        NDArray empty = manager.create(new float[0], new Shape(0, 1, 2, 1));
        assertRefused(
                "x0 must hold at least one image, got shape (0, 1, 2, 1)",
                () -> bound.prior(empty));
        assertRefused(
                "x0 is (3, 1, 2, 1) but eps is (3, 2)",
                () -> bound.term((xt, t) -> xt, x0, 1, eps.reshape(3, 2)));
        assertRefused(
                "xt is (3, 1, 2, 1) but the network's output is (3, 2)",
                () -> bound.term((xt, t) -> xt.reshape(3, 2), x0, 1, eps));
        assertRefused("t must be in [1, 10], got 11", () -> bound.term((xt, t) -> xt, x0, 11, eps));
        NDArray grey = manager.full(new Shape(1, 1, 2, 1), 0.5f);
        assertRefused(
                "x0 must be one of the 256 values 2k/255 - 1, got 0.5",
                () -> bound.evaluate((xt, t) -> xt, grey, new SplittableRandom(1)));
    }

    @Test
    void termsAreReadable() {
        var terms = new BoundTerms(2, 2 * Math.log(2), 4 * Math.log(2), 1e-4 * Math.log(2));
        assertEquals(
                "3.0001 bits/dim: L_0 1.0000, L_1 to L_1 2.0000, L_2 5.00e-05", terms.toString());
        assertRefused("L_0 must be a number, got NaN", () -> new BoundTerms(1, Double.NaN, 0));
        assertRefused("L_1 must be a number, got NaN", () -> new BoundTerms(1, 0, Double.NaN));
        assertRefused("need the terms L_0 to L_T, got 1", () -> new BoundTerms(1, 0));
        assertRefused("dimensions must be >= 1, got 0", () -> new BoundTerms(0, 0, 0));
        assertRefused("index must be in [0, 2], got 3", () -> terms.nats(3));
    }
}
