package ddpm.sampling;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.GaussianChain;
import ddpm.reference.MixtureWalk;
import ddpm.schedule.LinearSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AncestralSamplerTest {

    private static final int T = 10;
    private static final ForwardProcess FORWARD =
            new ForwardProcess(new LinearSchedule(T, 0.05, 0.15));
    private static final Shape SHAPE = new Shape(50_000, 1, 1, 1);

    private static NDManager manager;

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static AncestralSampler unclipped(ReverseVariance variance) {
        return new AncestralSampler(FORWARD).withVariance(variance).unclipped();
    }

    private static NoisePredictor pointAt(double point) {
        return MixtureWalk.pointAt(point, FORWARD);
    }

    /** The exact mean noise of data from N(0, v). */
    private static NoisePredictor normalOfVariance(double v) {
        return (xt, t) -> xt.mul(new GaussianChain(FORWARD, v).eps(1, t[0]));
    }

    private static NDArray noise(long seed, double variance) {
        return Tensors.normal(manager, SHAPE, new SplittableRandom(seed)).mul(Math.sqrt(variance));
    }

    private static double variance(NDArray x) {
        double n = x.size();
        double mean = 0;
        double square = 0;
        for (float v : x.toFloatArray()) {
            mean += v / n;
            square += v * (double) v / n;
        }
        return square - mean * mean;
    }

    @Test
    void dataThatAreOnePointComeBackExactlyWhateverTheVariance() {
        for (ReverseVariance v : List.of(ReverseVariance.BETA, ReverseVariance.POSTERIOR)) {
            NDArray x = unclipped(v).sample(pointAt(0.3), noise(1, 1), new SplittableRandom(2));
            for (float value : x.toFloatArray()) {
                assertEquals(0.3, value, 2e-6); // no noise at the last step; float32
            }
        }
    }

    /** The variance of the result, with noise down to the given step. */
    private static double exactVariance(double data, ReverseVariance variance, int lastNoisy) {
        return new GaussianChain(FORWARD, data)
                .variance(
                        FORWARD.variance(data, T),
                        t -> t >= lastNoisy ? variance.variance(FORWARD.schedule(), t) : 0);
    }

    @Test
    void theResultHasTheVarianceOfTheChainAndAPlantedBugDoesNot() {
        double data = 0.25;
        // The error of a sample variance is v √(2/n); 5 of them: false alarm once in 1.7 million.
        double tolerance = 5 * Math.sqrt(2.0 / SHAPE.size());
        for (ReverseVariance v : List.of(ReverseVariance.BETA, ReverseVariance.POSTERIOR)) {
            NDArray xT = noise(3, FORWARD.variance(data, T));
            NDArray x = unclipped(v).sample(normalOfVariance(data), xT, new SplittableRandom(4));
            double want = exactVariance(data, v, 2);
            assertEquals(want, variance(x), tolerance * want);
        }
        double right = exactVariance(data, ReverseVariance.BETA, 2);
        double noisyEnd = exactVariance(data, ReverseVariance.BETA, 1);
        double stepSkipped = exactVariance(data, ReverseVariance.BETA, 3);
        double otherVariance = exactVariance(data, ReverseVariance.POSTERIOR, 2);
        for (double wrong : List.of(noisyEnd, stepSkipped, otherVariance)) {
            assertTrue(
                    Math.abs(wrong - right) > 2 * tolerance * right,
                    "the test cannot tell " + wrong + " from " + right);
        }
    }

    @Test
    void everyKindOfPredictionGivesTheSameImages() {
        NDArray xT = noise(3, 1).get("0:100");
        NoisePredictor eps = normalOfVariance(0.25);
        float[] want =
                unclipped(ReverseVariance.BETA)
                        .sample(eps, xT, new SplittableRandom(4))
                        .toFloatArray();
        for (Prediction p : Prediction.values()) {
            NoisePredictor other =
                    (x, t) -> {
                        NDArray e = eps.predict(x, t);
                        NDArray x0 = Prediction.EPSILON.x0(FORWARD, x, t, e);
                        return p.target(FORWARD, x0, t, e);
                    };
            var sampler = unclipped(ReverseVariance.BETA).withPrediction(p);
            float[] got = sampler.sample(other, xT, new SplittableRandom(4)).toFloatArray();
            assertArrayEquals(want, got, 2e-4f, p.toString()); // float32 through 1/√(1 - ᾱ_t)
        }
    }

    @Test
    void clippingKeepsTheResultInRange() {
        NDArray x =
                new AncestralSampler(FORWARD)
                        .sample(pointAt(1.7), noise(1, 1), new SplittableRandom(2));
        assertEquals(1, x.max().getFloat(), 1e-6);
    }

    @Test
    void theListenerSeesEveryStepOnceDownToZero() {
        List<Integer> steps = new ArrayList<>();
        NDArray xT = noise(1, 1).get("0:2");
        unclipped(ReverseVariance.BETA)
                .sample(pointAt(0), xT, new SplittableRandom(2), (t, x, x0) -> steps.add(t));
        assertEquals(List.of(9, 8, 7, 6, 5, 4, 3, 2, 1, 0), steps);
    }

    @Test
    void theTrajectoryKeepsTheChosenStepsAndItsEndIsTheResult() {
        Trajectory path = new Trajectory(manager, Set.of(9, 4, 0));
        NDArray xT = noise(1, 1).get("0:2");
        NDArray x =
                unclipped(ReverseVariance.BETA)
                        .sample(pointAt(0.2), xT, new SplittableRandom(2), path);
        assertEquals(List.of(9, 4, 0), path.steps());
        assertArrayEquals(x.toFloatArray(), path.xt(0).toFloatArray());
        assertEquals(0.2, path.x0(4).toFloatArray()[0], 1e-5);
        assertMessage("step 3 was not kept", () -> path.xt(3));
    }

    @Test
    void theStartStaysAsItWasAndNothingElseIsLeftOpen() {
        try (NDManager own = manager.newSubManager()) {
            NDArray xT = own.ones(new Shape(2, 1, 1, 1));
            new AncestralSampler(FORWARD).sample(pointAt(0), xT, new SplittableRandom(2));
            assertArrayEquals(new float[] {1, 1}, xT.toFloatArray());
            assertEquals(2, own.getManagedArrays().size(), "the start and the result");
        }
    }

    @Test
    void interruptingStopsIt() {
        NDArray xT = noise(1, 1).get("0:2");
        SamplingListener stop =
                (t, x, x0) -> {
                    if (t == 6) {
                        Thread.currentThread().interrupt();
                    }
                };
        var e =
                assertThrows(
                        SamplingStopped.class,
                        () ->
                                unclipped(ReverseVariance.BETA)
                                        .sample(pointAt(0), xT, new SplittableRandom(2), stop));
        assertTrue(e.getMessage().contains("t = 6"), e.getMessage());
    }

    @Test
    void anEmptyBatchIsRefused() {
        NDArray none = manager.zeros(new Shape(0, 1, 4, 4));
        assertMessage(
                "got shape (0, 1, 4, 4)",
                () ->
                        new AncestralSampler(FORWARD)
                                .sample(pointAt(0), none, new SplittableRandom(2)));
    }
}
