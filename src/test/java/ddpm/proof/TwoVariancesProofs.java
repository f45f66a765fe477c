package ddpm.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.GaussianChain;
import ddpm.reference.Moments;
import ddpm.sampling.AncestralSampler;
import ddpm.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** F10: how far the samples with β and with β̃ are apart, and how many show it. */
final class TwoVariancesProofs {

    private static final double DATA = 0.25;

    private TwoVariancesProofs() {}

    static List<Proof<?>> all() {
        return List.of(gap(), size());
    }

    private static Proof<?> gap() {
        return Proof.<Law>of(
                        "F10",
                        "the samples with β and β̃ differ by an error of order 1",
                        TwoVariancesProofs::checkGap,
                        TwoVariancesProofs::ofSampler)
                .accepts("the formula", GaussianChain::variance)
                .rejects("β for both", (chain, v) -> chain.variance(ReverseVariance.BETA))
                .rejects("the two swapped", (chain, v) -> chain.variance(other(v)))
                .rejects(
                        "noise at the last step",
                        (chain, v) -> adding(chain, t -> v.variance(chain.forward().schedule(), t)))
                .rejects(
                        "no noise at t = 2",
                        (chain, v) ->
                                adding(chain, t -> t == 2 ? 0 : chain.noise(v).applyAsDouble(t)))
                .rejects(
                        "the noise of the step before",
                        (chain, v) ->
                                adding(
                                        chain,
                                        t -> chain.noise(v).applyAsDouble(Math.max(1, t - 1))))
                .rejects(
                        "deviations for variances",
                        (chain, v) ->
                                adding(chain, t -> Math.sqrt(chain.noise(v).applyAsDouble(t))));
    }

    private static ReverseVariance other(ReverseVariance variance) {
        boolean beta = variance.equals(ReverseVariance.BETA);
        return beta ? ReverseVariance.POSTERIOR : ReverseVariance.BETA;
    }

    private static double adding(GaussianChain chain, IntToDoubleFunction noise) {
        return chain.variance(chain.forward().variance(DATA, steps(chain)), noise);
    }

    private static int steps(GaussianChain chain) {
        return chain.forward().schedule().steps();
    }

    /**
     * From what each draw does to x_0: image 0 starts at x_T = 1, and image k gets z = 1 in the
     * k-th step, and nothing else. The squares of the answers are the parts of the variance.
     */
    private static double ofSampler(GaussianChain chain, ReverseVariance variance) {
        int n = steps(chain);
        var sampler = new AncestralSampler(chain.forward()).withVariance(variance).unclipped();
        NoisePredictor exact = (xt, t) -> xt.mul(chain.eps(1, t[0]));
        try (NDManager manager = NDManager.newBaseManager()) {
            float[] start = new float[n];
            start[0] = 1;
            NDArray xT = Tensors.of(manager, start, new Shape(n, 1, 1, 1));
            double[] answers = Tensors.doubles(sampler.sample(exact, xT, impulses(n)));
            double ofStart = chain.forward().variance(DATA, n) * answers[0] * answers[0];
            return ofStart + IntStream.range(1, n).mapToDouble(k -> answers[k] * answers[k]).sum();
        }
    }

    private static RandomGenerator impulses(int images) {
        int[] calls = new int[1];
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new UnsupportedOperationException("only normal numbers are drawn");
            }

            @Override
            public double nextGaussian() {
                int step = calls[0] / images;
                int image = calls[0]++ % images;
                return image == step + 1 ? 1 : 0;
            }
        };
    }

    /**
     * The noise of step t reaches x_0 with the factor √ᾱ_{t-1} v / Var(x_{t-1}), the slope of E[x_0
     * | x_{t-1}], so the gap is a sum; and it halves when the steps are doubled.
     */
    private static void checkGap(Law law) {
        double[] gaps = new double[3];
        for (int i = 0; i < 3; i++) {
            var chain = new GaussianChain(forward(100 << i), DATA);
            double wide = law.variance(chain, ReverseVariance.BETA);
            double narrow = law.variance(chain, ReverseVariance.POSTERIOR);
            assertTrue(narrow < DATA && DATA < wide);
            gaps[i] = wide - narrow;
            assertEquals(1, gaps[i] / gapOf(chain.forward()), 1e-3); // float32
        }
        assertEquals(1, Math.log(gaps[0] / gaps[1]) / Math.log(2), 0.2);
        assertEquals(1, Math.log(gaps[1] / gaps[2]) / Math.log(2), 0.2);
    }

    private static double gapOf(ForwardProcess forward) {
        NoiseSchedule s = forward.schedule();
        double sum = 0;
        for (int t = 2; t <= s.steps(); t++) {
            double known = s.oneMinusAlphaBar(t - 1) / s.oneMinusAlphaBar(t);
            double slope = forward.signalScale(t - 1) * DATA / forward.variance(DATA, t - 1);
            sum += s.beta(t) * (1 - known) * slope * slope;
        }
        return sum;
    }

    /** β_t = β(t/T)/T with one β(u) for all T; the paper's for T = 1000. */
    private static ForwardProcess forward(int steps) {
        return new ForwardProcess(
                NoiseSchedule.ofBetas(
                        IntStream.rangeClosed(1, steps)
                                .mapToDouble(t -> (0.1 + 19.9 * t / steps) / steps)
                                .toArray()));
    }

    private static Proof<?> size() {
        return Proof.<Size>of(
                        "F10",
                        "so many samples show the gap half of the time, at 5 standard errors",
                        TwoVariancesProofs::checkSize,
                        (v, gap) -> Math.pow(2 * 5 * v / gap, 2))
                .rejects("the error of one sample alone", (v, gap) -> 2 * Math.pow(5 * v / gap, 2))
                .rejects("a factor 2 is lost", (v, gap) -> Math.pow(5 * v / gap, 2))
                .rejects("3 standard errors", (v, gap) -> Math.pow(2 * 3 * v / gap, 2))
                .rejects("√v for v", (v, gap) -> Math.pow(2 * 5 * Math.sqrt(v) / gap, 2))
                .rejects("half the gap", (v, gap) -> Math.pow(2 * 5 * v / (gap / 2), 2));
    }

    /**
     * 400 tests of two samples at T = 50. 5 standard errors of a share of 400 are 0.125: fails once
     * in 1.7 million fresh seeds.
     */
    private static void checkSize(Size size) {
        var chain = new GaussianChain(forward(50), DATA);
        double wide = chain.variance(ReverseVariance.BETA);
        double narrow = chain.variance(ReverseVariance.POSTERIOR);
        int n = (int) size.samples(DATA, wide - narrow);
        double limit = 5 * 2 * DATA / Math.sqrt(n);
        var random = new SplittableRandom(10);
        long seen =
                IntStream.range(0, 400)
                        .filter(i -> drawn(wide, n, random) - drawn(narrow, n, random) > limit)
                        .count();
        assertEquals(0.5, seen / 400.0, 0.125);
    }

    private static double drawn(double variance, int n, RandomGenerator random) {
        double[] x = new double[n];
        Arrays.setAll(x, i -> Math.sqrt(variance) * random.nextGaussian());
        return Moments.of(x).variance();
    }

    /** The variance of x_0, from the exact q(x_T). */
    @FunctionalInterface
    private interface Law {
        double variance(GaussianChain chain, ReverseVariance variance);
    }

    /** The size of each of two samples, for data of variance v. */
    @FunctionalInterface
    private interface Size {
        double samples(double v, double gap);
    }
}
