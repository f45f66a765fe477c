package ddpm.proof;

import static ddpm.reference.Moments.THRESHOLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.data.LineDensity;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.GaussianChain;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.sampling.AncestralSampler;
import ddpm.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** F5 and F6: the chain of Gaussian steps back, and its last step. */
final class ReverseChainProofs {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final int N = 50_000;

    private ReverseChainProofs() {}

    static List<Proof<?>> all() {
        return List.of(order(ReverseVariance.BETA), order(ReverseVariance.POSTERIOR), lastStep());
    }

    private static Proof<?> order(ReverseVariance choice) {
        Variance variance = (f, t) -> choice.variance(f.schedule(), t);
        return Proof.<StepBack>of(
                        "F5",
                        "the law of the chain is right up to order 1, " + choice,
                        ReverseChainProofs::checkOrder,
                        new StepBack(Prediction.EPSILON::mean, variance))
                .rejects(
                        "twice the variance",
                        new StepBack(Prediction.EPSILON::mean, (f, t) -> 2 * variance.of(f, t)))
                .rejects(
                        "the factor 1/√α is lost",
                        new StepBack(
                                (f, x, t, e) ->
                                        Math.sqrt(f.schedule().alpha(t))
                                                * Prediction.EPSILON.mean(f, x, t, e),
                                variance))
                .rejects(
                        "√(1 - ᾱ) is lost",
                        new StepBack(
                                (f, x, t, e) ->
                                        Prediction.EPSILON.mean(f, x, t, e * f.noiseScale(t)),
                                variance))
                .rejects(
                        "half the step",
                        new StepBack(
                                (f, x, t, e) -> Prediction.EPSILON.mean(f, x, t, e / 2), variance));
    }

    /** T = 40, 80, 160 with one β(u), from the exact q(x_T): the error halves each time. */
    private static void checkOrder(StepBack back) {
        double coarse = errorOfVariance(40, back);
        double middle = errorOfVariance(80, back);
        double fine = errorOfVariance(160, back);
        assertEquals(1, Math.log(coarse / middle) / Math.log(2), 0.25);
        assertEquals(1, Math.log(middle / fine) / Math.log(2), 0.2);
    }

    private static double errorOfVariance(int steps, StepBack back) {
        var forward =
                new ForwardProcess(
                        NoiseSchedule.ofBetas(
                                IntStream.rangeClosed(1, steps)
                                        .mapToDouble(t -> (0.1 + 7.9 * t / steps) / steps)
                                        .toArray()));
        LineDensity x = LineDensity.of(LAW.noised(forward, steps)::density, -5, 5, 900);
        for (int t = steps; t > 1; t--) {
            int step = t;
            x = x.step(y -> mean(forward, back, y, step), back.variance.of(forward, t));
        }
        return Math.abs(x.variance(y -> mean(forward, back, y, 1)) - LAW.variance());
    }

    private static double mean(ForwardProcess forward, StepBack back, double xt, int t) {
        return back.mean.of(forward, xt, t, LAW.eps(forward, xt, t));
    }

    private static Proof<?> lastStep() {
        return Proof.<Sampler>of(
                        "F6",
                        "noise at every step but the last",
                        ReverseChainProofs::checkSampler,
                        ReverseChainProofs::sample)
                .accepts("a loop", own(10, 2, t -> FORWARD.schedule().beta(t)))
                .rejects("noise at the last step", own(10, 1, t -> FORWARD.schedule().beta(t)))
                .rejects("no noise at t = 2", own(10, 3, t -> FORWARD.schedule().beta(t)))
                .rejects("the first step skipped", own(9, 2, t -> FORWARD.schedule().beta(t)))
                .rejects("β for √β", own(10, 2, t -> Math.pow(FORWARD.schedule().beta(t), 2)))
                .rejects("β̃ for β", own(10, 2, new Posterior(FORWARD.schedule())::variance));
    }

    /** A sampler that starts at one step and adds noise down to another. */
    private static Sampler own(int first, int lastNoisy, VarianceAt variance) {
        return (guess, xT, random) -> {
            double[] x = xT.clone();
            for (int i = 0; i < x.length; i++) {
                for (int t = first; t >= 1; t--) {
                    double z = t >= lastNoisy ? random.nextGaussian() : 0;
                    double mean = Prediction.EPSILON.mean(FORWARD, x[i], t, guess.eps(x[i], t));
                    x[i] = mean + Math.sqrt(variance.of(t)) * z;
                }
            }
            return x;
        };
    }

    private static double[] sample(Guess guess, double[] xT, SplittableRandom random) {
        var sampler = new AncestralSampler(FORWARD).withVariance(ReverseVariance.BETA).unclipped();
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray start = tensor(manager, xT);
            NDArray end =
                    sampler.sample(
                            (xt, t) -> {
                                double[] values = Tensors.doubles(xt);
                                for (int i = 0; i < values.length; i++) {
                                    values[i] = guess.eps(values[i], t[i]);
                                }
                                return tensor(xt.getManager(), values);
                            },
                            start,
                            random);
            return Tensors.doubles(end);
        }
    }

    private static NDArray tensor(NDManager manager, double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensors.of(manager, floats, new Shape(floats.length, 1, 1, 1));
    }

    /**
     * A point comes back as it was. Data N(0, ¼), all walks from x_T = 5: the mean counts the steps
     * and the variance the noise. Two comparisons: fails once in 870 000 fresh seeds.
     */
    private static void checkSampler(Sampler sampler) {
        Guess point = (x, t) -> (x - 0.3 * FORWARD.signalScale(t)) / FORWARD.noiseScale(t);
        for (double x : sampler.sample(point, normal(100), new SplittableRandom(2))) {
            assertEquals(0.3, x, 2e-6); // float32
        }
        var chain = new GaussianChain(FORWARD, 0.25);
        double[] start = new double[N];
        Arrays.fill(start, 5);
        double[] end = sampler.sample(chain::eps, start, new SplittableRandom(4));
        double mean = chain.mean(5);
        double variance = chain.variance(0, chain.noise(ReverseVariance.BETA));
        assertTrue(Moments.of(end).distanceFromNormal(mean, variance) < THRESHOLD);
    }

    private static double[] normal(int n) {
        var random = new SplittableRandom(3);
        return IntStream.range(0, n).mapToDouble(i -> random.nextGaussian()).toArray();
    }

    private record StepBack(Mean mean, Variance variance) {}

    @FunctionalInterface
    private interface Mean {
        double of(ForwardProcess forward, double xt, int t, double eps);
    }

    @FunctionalInterface
    private interface Variance {
        double of(ForwardProcess forward, int t);
    }

    @FunctionalInterface
    private interface VarianceAt {
        double of(int t);
    }

    @FunctionalInterface
    private interface Guess {
        double eps(double xt, int t);
    }

    @FunctionalInterface
    private interface Sampler {
        double[] sample(Guess guess, double[] xT, SplittableRandom random);
    }
}
