package ddpm.sampling;

import static ddpm.reference.Message.assertMessage;
import static ddpm.reference.MixtureWalk.FINE;
import static ddpm.reference.MixtureWalk.exact;
import static ddpm.reference.MixtureWalk.farFromTheMixture;
import static ddpm.reference.MixtureWalk.meanDistance;
import static ddpm.reference.MixtureWalk.pointAt;
import static ddpm.reference.MixtureWalk.run;
import static ddpm.reference.MixtureWalk.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.posterior.Posterior;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DdimSamplerTest {

    private static final ForwardProcess SHORT = new ForwardProcess(Grid.SHORT);

    private static NDManager manager;

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static NDArray noise(int n) {
        return Tensors.normal(manager, new Shape(n, 1, 1, 1), new SplittableRandom(3));
    }

    /** Ancestral with β̃_t and DDIM with η = 1 on all steps, with the same draws. */
    private static void assertSame(
            Denoiser denoiser, NoisePredictor network, int n, double tolerance) {
        int last = denoiser.forward().schedule().steps();
        var ancestral = new AncestralSampler(denoiser, ReverseVariance.POSTERIOR);
        var ddim = new DdimSampler(denoiser, StepSubset.all(last), 1);
        assertArrayEquals(
                ancestral.sample(network, noise(n), new SplittableRandom(5)).toFloatArray(),
                ddim.sample(network, noise(n), new SplittableRandom(5)).toFloatArray(),
                (float) tolerance);
    }

    @Test
    void withEtaOneAndAllStepsItIsTheAncestralSampler() {
        assertSame(new Denoiser(SHORT).unclipped(), exact(SHORT), 1000, 5e-6); // float32
        var paper = new ForwardProcess(LinearSchedule.DDPM);
        assertSame(new Denoiser(paper).unclipped(), exact(paper), 100, 2e-5); // a thousand steps
    }

    /** An answer whose x̂_0 leaves [-1, 1] often. */
    private static final NoisePredictor WILD = (xt, t) -> xt.mul(1.7f).add(0.4f);

    @Test
    void withClippingTheyAgreeTooBecauseTheNoiseIsComputedAnew() {
        assertSame(new Denoiser(SHORT), WILD, 1000, 5e-6);
    }

    @Test
    void clippedImagesWithTheNetworksOwnNoiseWouldNotAgree() {
        Denoiser clipped = new Denoiser(SHORT);
        Sampler mixed =
                walk(
                        StepSubset.all(10),
                        (x, t, s) -> {
                            NDArray eps = WILD.predict(x, new int[] {t});
                            NDArray x0 = clipped.x0(WILD, x, t);
                            NDArray next = x0.mul(SHORT.signalScale(s));
                            return new Walk.Moved(next.add(eps.mul(SHORT.noiseScale(s))), x0);
                        });
        var ddim = new DdimSampler(clipped, StepSubset.all(10), 0);
        var path = new Trajectory(manager, Set.of(5));
        var wrong = new Trajectory(manager, Set.of(5));
        ddim.sample(WILD, noise(1000), new SplittableRandom(5), path);
        mixed.sample(WILD, noise(1000), new SplittableRandom(5), wrong);
        assertTrue(
                meanDistance(path.xt(5).toFloatArray(), wrong.xt(5).toFloatArray()) > 0.01,
                "the network's own noise is not told from the noise that fits to x̂_0");
    }

    @Test
    void sigmaIsTheDeviationOfOneLargeStepBack() { // Eq. 16 for η = 1 is Eq. 7 of two steps
        DdimSampler ddim = new DdimSampler(new Denoiser(SHORT), StepSubset.all(10), 1);
        NoiseSchedule all = SHORT.schedule();
        for (int t = 1; t <= 10; t++) {
            double oneStep = new Posterior(all).variance(t);
            assertEquals(Math.sqrt(oneStep), ddim.sigma(t, t - 1), 1e-14);
            for (int s = 1; s < t; s++) {
                double large = 1 - all.alphaBar(t) / all.alphaBar(s);
                var two = new Posterior(NoiseSchedule.ofBetas(1 - all.alphaBar(s), large));
                assertEquals(Math.sqrt(two.variance(2)), ddim.sigma(t, s), 1e-14);
            }
        }
        assertEquals(0, ddim.sigma(7, 0));
        DdimSampler half = new DdimSampler(new Denoiser(SHORT), StepSubset.all(10), 0.5);
        assertEquals(ddim.sigma(9, 4) / 2, half.sigma(9, 4), 1e-15);
    }

    @Test
    void everyEtaKeepsTheLawOfEveryStep() { // if x_t has the law q(x_t | x_0), so has x_s
        for (NoiseSchedule schedule :
                List.of(Grid.SHORT, LinearSchedule.DDPM, new CosineSchedule(250))) {
            var forward = new ForwardProcess(schedule);
            Denoiser denoiser = new Denoiser(forward).unclipped();
            int last = schedule.steps();
            for (int[] pair : new int[][] {{1, 2}, {2, 9}, {last / 2, last - 2}, {1, last}}) {
                StepSubset two = StepSubset.of(pair);
                for (double eta : new double[] {0, 0.3, 1}) {
                    assertTrue(lawError(new DdimSampler(denoiser, two, eta), forward, two) < 1e-5);
                }
            }
        }
        StepSubset two = StepSubset.of(2, 9);
        Denoiser unclipped = new Denoiser(SHORT).unclipped();
        Sampler tooMuchNoise =
                walk(
                        two,
                        (x, t, s) -> {
                            NDArray x0 = unclipped.x0(pointAt(0.7, SHORT), x, t);
                            double sigma = new DdimSampler(unclipped, two, 1).sigma(t, s);
                            NDArray z = Tensors.normal(manager, x.getShape(), unit());
                            NDArray mean = x0.mul(SHORT.signalScale(s));
                            NDArray eps = unclipped.eps(x0, x, t).mul(SHORT.noiseScale(s));
                            return new Walk.Moved(mean.add(eps).add(z.mul(sigma)), x0);
                        });
        assertTrue(lawError(tooMuchNoise, SHORT, two) > 0.01, "σ² is not taken from the noise");
        for (DirectionLost rule : DirectionLost.values()) {
            assertTrue(lawError(withoutDirection(rule, SHORT, two), SHORT, two) > 0.01);
        }
    }

    /**
     * One step from t to s with x_0 = 0.7 known, for three images: without noise, with ε = 1, and
     * with z = 1. Their differences are all the factors that x_s has.
     */
    private static double lawError(Sampler sampler, ForwardProcess forward, StepSubset two) {
        int t = two.last();
        int s = two.descendingToZero()[1];
        float mean = (float) (forward.signalScale(t) * 0.7);
        float[] xt = {mean, (float) (mean + forward.noiseScale(t)), mean};
        var path = new Trajectory(manager, Set.of(s));
        NDArray from = Tensors.of(manager, xt, new Shape(3, 1, 1, 1));
        sampler.sample(pointAt(0.7, forward), from, unit(), path);
        float[] x = path.xt(s).toFloatArray();
        double variance = Math.pow(x[1] - x[0], 2) + Math.pow(x[2] - x[0], 2);
        return Math.max(
                Math.abs(x[0] - forward.signalScale(s) * 0.7),
                Math.abs(variance - forward.schedule().oneMinusAlphaBar(s)));
    }

    /** Gives 0, 0, 1, over and over. */
    private static RandomGenerator unit() {
        int[] calls = new int[1];
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only normal numbers are drawn");
            }

            @Override
            public double nextGaussian() {
                return calls[0]++ % 3 == 2 ? 1 : 0;
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void theKnownMistakeIsSeenOnAMixtureAndNotOnAPoint(DirectionLost rule) {
        StepSubset some = StepSubset.uniform(2401, 51);
        Sampler right = new DdimSampler(new Denoiser(FINE).unclipped(), some, 0);
        Sampler wrong = withoutDirection(rule, FINE, some);
        NDArray start = start(manager, FINE, 2401, 10_000);
        // The walk's own error is below 0.01; 5 standard errors of mean and deviation are 0.032.
        double allowed = 0.042;
        assertTrue(farFromTheMixture(run(right, FINE, start)) < allowed);
        assertTrue(farFromTheMixture(run(wrong, FINE, start)) > 2 * allowed);
        for (Sampler sampler : List.of(right, wrong)) { // a point comes back from both
            NDArray x = sampler.sample(pointAt(0.3, FINE), noise(100), new SplittableRandom(5));
            for (float value : x.toFloatArray()) {
                assertEquals(0.3, value, 2e-4); // √ᾱ_1, and float32
            }
        }
    }

    /** Two ways to lose the term towards x_t; {@link #DIVIDED_INSIDE} is in a Python package. */
    private enum DirectionLost {
        /** x_s = x̂_0 / √ᾱ_s. */
        DIVIDED,
        /** x̂_0 is made with √ᾱ_s in the place of √ᾱ_t, so that x_s = √ᾱ_t x̂_0. */
        DIVIDED_INSIDE
    }

    private static Sampler withoutDirection(
            DirectionLost rule, ForwardProcess forward, StepSubset steps) {
        return (network, xT, random, listener) -> {
            Denoiser denoiser = new Denoiser(forward).unclipped();
            return walk(
                            steps,
                            (x, t, s) -> {
                                NDArray x0 = denoiser.x0(network, x, t);
                                NDArray xs =
                                        rule == DirectionLost.DIVIDED
                                                ? x0.div(forward.signalScale(s))
                                                : x0.mul(forward.signalScale(t));
                                return new Walk.Moved(xs, x0);
                            })
                    .sample(network, xT, random, listener);
        };
    }

    private static Sampler walk(StepSubset steps, Walk.Step step) {
        return (network, xT, random, listener) ->
                Walk.along(xT, steps.descendingToZero(), step, listener);
    }

    @Test
    void encodingAndDecodingComesBackWithAnErrorOfFirstOrder() {
        NDArray x0 = start(manager, FINE, 0, 500);
        double[] errors =
                IntStream.of(51, 101, 201)
                        .mapToDouble(
                                n -> {
                                    var denoiser = new Denoiser(FINE).unclipped();
                                    var steps = StepSubset.uniform(2401, n);
                                    var ddim = new DdimSampler(denoiser, steps, 0);
                                    NDArray xT = ddim.encode(exact(FINE), x0);
                                    float[] back = run(ddim, FINE, xT);
                                    return meanDistance(x0.toFloatArray(), back);
                                })
                        .toArray();
        assertEquals(1, Math.log(errors[0] / errors[1]) / Math.log(2), 0.2);
        assertEquals(1, Math.log(errors[1] / errors[2]) / Math.log(2), 0.2);
        assertTrue(errors[2] < 0.02, "error " + errors[2]);
    }

    @Test
    void badArgumentsAreNamed() {
        Denoiser denoiser = new Denoiser(SHORT);
        StepSubset all = StepSubset.all(10);
        assertMessage("got NaN", () -> new DdimSampler(denoiser, all, Double.NaN));
        assertMessage("got 1.1", () -> new DdimSampler(denoiser, all, 1.1));
        assertMessage("got -0.1", () -> new DdimSampler(denoiser, all, -0.1));
        assertMessage(
                "t must be in [1, 10], got 11",
                () -> new DdimSampler(denoiser, StepSubset.all(11), 0));
    }
}
