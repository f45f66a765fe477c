package ddpm.proof;

import static ddpm.reference.Moments.THRESHOLD;
import static ddpm.reference.Moments.correlation;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.notebook.Sample;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.GaussianChain;
import ddpm.reference.Moments;
import ddpm.reference.TinyModel;
import ddpm.sampling.AncestralSampler;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** F18: the law of what Algorithm 2 draws, whatever the order of the draws is. */
final class SamplingLawProofs {

    private static final int N = 50_000;
    private static final long SEED = 18;
    private static final GaussianChain CHAIN = new GaussianChain(TinyModel.FORWARD, 0.25);

    private SamplingLawProofs() {}

    static List<Proof<?>> all() {
        return List.of(law());
    }

    private static Proof<?> law() {
        var sampler =
                new AncestralSampler(TinyModel.FORWARD)
                        .withVariance(ReverseVariance.BETA)
                        .unclipped();
        return Proof.of(
                        "F18",
                        "the law of x_T, and of x_0 given x_T",
                        SamplingLawProofs::check,
                        Drawing.by(sampler))
                .accepts("a loop", new Loop())
                .accepts("two streams", new Loop().noise(twoStreams(SEED + 1)))
                .rejects("the seed of x_T is used again", new Loop().noise(twoStreams(SEED)))
                .rejects("x_T is zero", new Loop().start(r -> 0))
                .rejects("x_T is too wide", new Loop().start(r -> 1.1 * r.nextGaussian()))
                .rejects(
                        "x_T is uniform, with the right moments",
                        new Loop().start(r -> Math.sqrt(12) * (r.nextDouble() - 0.5)))
                .rejects("noise at the last step", new Loop().noisyDownTo(1))
                .rejects(
                        "the same z at every step",
                        new Loop().noise((r, t) -> new SplittableRandom(9)))
                .rejects(
                        "the noise of one step is used again",
                        new Loop().noise((r, t) -> new SplittableRandom(t / 2)))
                .rejects("one z for two images", new Loop().noise((r, t) -> pairs(r)));
    }

    private static Loop.Noise twoStreams(long seed) {
        var own = new SplittableRandom(seed);
        return (random, t) -> own;
    }

    /** Each number twice. */
    private static RandomGenerator pairs(RandomGenerator random) {
        double[] kept = new double[2];
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                return random.nextLong();
            }

            @Override
            public double nextGaussian() {
                kept[1] = 1 - kept[1];
                kept[0] = kept[1] == 1 ? random.nextGaussian() : kept[0];
                return kept[0];
            }
        };
    }

    /**
     * Data N(0, ¼). Six comparisons of 5 standard errors and two of 2.8: fails once in 240 000
     * fresh seeds.
     */
    private static void check(Drawing drawing) {
        double[][] drawn =
                drawing.draw(
                        (x, t) ->
                                IntStream.range(0, N)
                                        .mapToDouble(i -> CHAIN.eps(x[i], t))
                                        .toArray(),
                        N,
                        new SplittableRandom(SEED));
        double[] xT = drawn[0];
        double[] rest =
                IntStream.range(0, N).mapToDouble(i -> drawn[1][i] - CHAIN.mean(xT[i])).toArray();
        double variance = CHAIN.variance(0, CHAIN.noise(ReverseVariance.BETA));
        assertTrue(Moments.of(xT).distanceFromNormal(0, 1) < THRESHOLD);
        assertTrue(Sample.of(xT).kolmogorovSmirnov(Sample.normal(0, 1)) < 2.8);
        assertTrue(Moments.of(rest).distanceFromNormal(0, variance) < THRESHOLD);
        assertTrue(Sample.of(rest).kolmogorovSmirnov(Sample.normal(0, variance)) < 2.8);
        assertTrue(Math.abs(correlation(xT, rest)) < THRESHOLD);
        assertTrue(Math.abs(correlation(everySecond(rest, 0), everySecond(rest, 1))) < THRESHOLD);
    }

    private static double[] everySecond(double[] x, int first) {
        return IntStream.range(0, x.length / 2).mapToDouble(i -> x[2 * i + first]).toArray();
    }
}
