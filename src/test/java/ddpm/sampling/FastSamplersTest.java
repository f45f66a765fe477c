package ddpm.sampling;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.posterior.Posterior;
import ddpm.posterior.ReverseVariance;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** DDIM and the second-order solver, on a mixture whose ε is known. */
class FastSamplersTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -0.5, 0.2), new Component(0.6, 0.6, 0.3));

    /** So fine that a subset of its steps sees a smooth curve. */
    private static final ForwardProcess FINE =
            new ForwardProcess(
                    NoiseSchedule.ofBetas(
                            IntStream.rangeClosed(1, 2401)
                                    .mapToDouble(t -> (0.1 + 7.9 * t / 2401) / 2401)
                                    .toArray()));

    private static final ForwardProcess SHORT =
            new ForwardProcess(new LinearSchedule(10, 0.05, 0.15));

    private static NDManager manager;

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static NoisePredictor exact(ForwardProcess forward) {
        return (xt, t) -> LAW.eps(forward, xt, t);
    }

    private static NDArray noise(int n) {
        return Tensors.normal(manager, new Shape(n, 1, 1, 1), new SplittableRandom(3));
    }

    /** Samples of q(x_T), so that only the walk can be wrong. */
    private static NDArray exactStart(ForwardProcess forward, int n) {
        GaussianMixture law = LAW.noised(forward, forward.schedule().steps());
        SplittableRandom random = new SplittableRandom(4);
        float[] x = new float[n];
        IntStream.range(0, n).forEach(i -> x[i] = (float) law.sample(random));
        return Tensors.of(manager, x, new Shape(n, 1, 1, 1));
    }

    private static float[] run(Sampler sampler, ForwardProcess forward, NDArray start) {
        return sampler.sample(exact(forward), start, new SplittableRandom(5)).toFloatArray();
    }

    private static double meanDistance(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).sum()
                / a.length;
    }

    @Test
    void withEtaOneAndAllStepsDdimIsTheAncestralSampler() {
        Denoiser unclipped = new Denoiser(SHORT).unclipped();
        float[] ancestral =
                run(new AncestralSampler(unclipped, ReverseVariance.POSTERIOR), SHORT, noise(1000));
        float[] ddim = run(new DdimSampler(unclipped, StepSubset.all(10), 1), SHORT, noise(1000));
        assertArrayEquals(ancestral, ddim, 5e-6f); // float32, ten steps
    }

    @Test
    void withClippingTheyAgreeTooBecauseTheNoiseIsComputedAnew() {
        Denoiser clipped = new Denoiser(SHORT);
        NoisePredictor wild = (xt, t) -> xt.mul(1.7f).add(0.4f); // x̂_0 leaves [-1, 1] often
        float[] ancestral =
                new AncestralSampler(clipped, ReverseVariance.POSTERIOR)
                        .sample(wild, noise(1000), new SplittableRandom(5))
                        .toFloatArray();
        float[] ddim =
                new DdimSampler(clipped, StepSubset.all(10), 1)
                        .sample(wild, noise(1000), new SplittableRandom(5))
                        .toFloatArray();
        assertArrayEquals(ancestral, ddim, 5e-6f);
    }

    @Test
    void sigmaIsThePosteriorsDeviationForEtaOne() {
        DdimSampler ddim = new DdimSampler(new Denoiser(SHORT), StepSubset.all(10), 1);
        Posterior posterior = new Posterior(SHORT.schedule());
        for (int t = 1; t <= 10; t++) {
            assertEquals(Math.sqrt(posterior.variance(t)), ddim.sigma(t, t - 1), 1e-14);
        }
        assertEquals(0, ddim.sigma(7, 0));
        DdimSampler half = new DdimSampler(new Denoiser(SHORT), StepSubset.all(10), 0.5);
        assertEquals(ddim.sigma(9, 4) / 2, half.sigma(9, 4), 1e-15);
    }

    /** From T = 2401 down to 101, so that all walks stop at the same signal level below 1. */
    private static StepSubset downTo101(int count) {
        return StepSubset.of(
                IntStream.range(0, count).map(i -> 101 + i * (2300 / (count - 1))).toArray());
    }

    /** Errors against a run with very many steps, all ending with the same last step. */
    private static double[] errors(Function<StepSubset, Sampler> sampler) {
        NDArray start = exactStart(FINE, 2000);
        float[] truth = run(sampler.apply(downTo101(1151)), FINE, start);
        return IntStream.of(26, 51, 101)
                .mapToDouble(
                        n -> meanDistance(truth, run(sampler.apply(downTo101(n)), FINE, start)))
                .toArray();
    }

    private static double order(double coarse, double fine) {
        return Math.log(coarse / fine) / Math.log(2);
    }

    @Test
    void ddimIsOfFirstOrder() {
        double[] e = errors(s -> new DdimSampler(new Denoiser(FINE).unclipped(), s, 0));
        assertEquals(1, order(e[0], e[1]), 0.2, e[0] + " " + e[1]);
        assertEquals(1, order(e[1], e[2]), 0.2, e[1] + " " + e[2]);
    }

    @Test
    void theSecondOrderSolverIsOfSecondOrder() {
        double[] e = errors(s -> new SecondOrderSampler(new Denoiser(FINE).unclipped(), s));
        assertEquals(2, order(e[0], e[1]), 0.2, e[0] + " " + e[1]);
        assertEquals(2, order(e[1], e[2]), 0.2, e[1] + " " + e[2]);
        NDArray start = exactStart(FINE, 2000);
        Denoiser denoiser = new Denoiser(FINE).unclipped();
        float[] truth = run(new SecondOrderSampler(denoiser, downTo101(1151)), FINE, start);
        float[] second = run(new SecondOrderSampler(denoiser, downTo101(21)), FINE, start);
        float[] first = run(new DdimSampler(denoiser, downTo101(21), 0), FINE, start);
        assertTrue(
                meanDistance(truth, second) < 0.5 * meanDistance(truth, first),
                meanDistance(truth, second) + " against " + meanDistance(truth, first));
    }

    @Test
    void everySamplerReturnsTheMixtureAndTheKnownMistakeDoesNot() {
        int n = 40_000;
        NDArray start = exactStart(FINE, n);
        Denoiser denoiser = new Denoiser(FINE).unclipped();
        StepSubset some = StepSubset.uniform(2401, 101);
        // Errors of the walk are below 0.01; 5 standard errors of mean and deviation are 0.016.
        double allowed = 0.026;
        for (Sampler sampler :
                List.of(
                        new DdimSampler(denoiser, some, 0),
                        new DdimSampler(denoiser, some, 0.5),
                        new DdimSampler(denoiser, some, 1),
                        new SecondOrderSampler(denoiser, some))) {
            assertTrue(farFromTheMixture(run(sampler, FINE, start)) < allowed, sampler.toString());
        }
        assertTrue(farFromTheMixture(run(withoutDirection(some), FINE, start)) > 2 * allowed);
    }

    private static double farFromTheMixture(float[] x) {
        double mean = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
        double square =
                IntStream.range(0, x.length).mapToDouble(i -> x[i] * x[i]).average().orElseThrow();
        double deviation = Math.sqrt(square - mean * mean);
        return Math.max(
                Math.abs(mean - LAW.mean()), Math.abs(deviation - Math.sqrt(LAW.variance())));
    }

    /** DDIM as a Python package has it: x̂_0 divided by √ᾱ_s, and no term towards x_t. */
    private static Sampler withoutDirection(StepSubset steps) {
        Denoiser denoiser = new Denoiser(FINE).unclipped();
        return (network, xT, random, listener) ->
                Walk.along(
                        xT,
                        steps.descendingToZero(),
                        (x, t, s) -> {
                            NDArray x0 = denoiser.x0(network, x, t);
                            return new Walk.Moved(x0.div(FINE.signalScale(s)), x0);
                        },
                        listener);
    }

    @Test
    void encodingAndDecodingComesBackAndBetterWithMoreSteps() {
        float[] values = new float[500];
        SplittableRandom random = new SplittableRandom(6);
        IntStream.range(0, 500).forEach(i -> values[i] = (float) LAW.sample(random));
        NDArray x0 = Tensors.of(manager, values, new Shape(500, 1, 1, 1));
        double[] errors =
                IntStream.of(51, 101, 201)
                        .mapToDouble(
                                n -> {
                                    var ddim =
                                            new DdimSampler(
                                                    new Denoiser(FINE).unclipped(),
                                                    StepSubset.uniform(2401, n),
                                                    0);
                                    NDArray xT = ddim.encode(exact(FINE), x0);
                                    return meanDistance(values, run(ddim, FINE, xT));
                                })
                        .toArray();
        assertEquals(1, order(errors[0], errors[1]), 0.2);
        assertEquals(1, order(errors[1], errors[2]), 0.2);
        assertTrue(errors[2] < 0.02, "error " + errors[2]);
    }

    @Test
    void aStartBelowTheLastStepUsesTheSignalOfThatStep() {
        StepSubset low = StepSubset.uniform(600, 61);
        GaussianMixture law = LAW.noised(FINE, 600);
        SplittableRandom random = new SplittableRandom(4);
        float[] x = new float[20_000];
        IntStream.range(0, x.length).forEach(i -> x[i] = (float) law.sample(random));
        NDArray start = Tensors.of(manager, x, new Shape(x.length, 1, 1, 1));
        var ddim = new DdimSampler(new Denoiser(FINE).unclipped(), low, 0);
        assertTrue(farFromTheMixture(run(ddim, FINE, start)) < 0.05);
    }

    @Test
    void subsetsHoldBothEndsAndIncrease() {
        for (int count : new int[] {2, 3, 10, 50, 99, 100}) {
            for (StepSubset s :
                    List.of(StepSubset.uniform(100, count), StepSubset.quadratic(100, count))) {
                int[] down = s.descendingToZero();
                assertEquals(count, s.count());
                assertEquals(count + 1, down.length);
                assertEquals(100, down[0]);
                assertEquals(1, down[count - 1]);
                assertEquals(0, down[count]);
                for (int i = 1; i <= count; i++) {
                    assertTrue(down[i] < down[i - 1], s.toString());
                }
            }
        }
        assertEquals("[1, 34, 67, 100]", StepSubset.uniform(100, 4).toString());
        assertEquals("[1, 12, 45, 100]", StepSubset.quadratic(100, 4).toString());
    }

    @Test
    void badArgumentsAreNamed() {
        assertMessage("got 1", () -> StepSubset.uniform(100, 1));
        assertMessage("got 101", () -> StepSubset.quadratic(100, 101));
        assertMessage("got none", () -> StepSubset.of());
        assertMessage("got 0", () -> StepSubset.of(0, 3));
        assertMessage("got 3 after 3", () -> StepSubset.of(1, 3, 3));
        Denoiser denoiser = new Denoiser(SHORT);
        StepSubset all = StepSubset.all(10);
        assertMessage("got NaN", () -> new DdimSampler(denoiser, all, Double.NaN));
        assertMessage("got 1.1", () -> new DdimSampler(denoiser, all, 1.1));
        assertMessage(
                "t must be in [1, 10], got 11",
                () -> new SecondOrderSampler(denoiser, StepSubset.all(11)));
        assertMessage(
                "t must be in [1, 10], got 11",
                () -> new DdimSampler(denoiser, StepSubset.all(11), 0));
    }
}
