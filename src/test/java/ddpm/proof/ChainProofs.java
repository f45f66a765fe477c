package ddpm.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.notebook.Sample;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.schedule.NoiseSchedule;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** F1 and F3 where they are statements on random numbers. */
final class ChainProofs {

    private static final int N = 200_000;
    private static final double X0 = 2; // outside [-1, 1], so that the mean tells more
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final Step LIBRARY = (s, x, t, e) -> new ForwardProcess(s).step(x, t, e);
    private static final Step BETA_FOR_ROOT =
            (s, x, t, e) -> Math.sqrt(s.alpha(t)) * x + s.beta(t) * e;
    private static final Step ALPHA_FOR_ROOT =
            (s, x, t, e) -> s.alpha(t) * x + Math.sqrt(s.beta(t)) * e;
    private static final Step NO_FACTOR = (s, x, t, e) -> x + Math.sqrt(s.beta(t)) * e;
    private static final Step SHIFTED =
            (s, x, t, e) -> new ForwardProcess(s).step(x, Math.max(1, t - 1), e);

    private ChainProofs() {}

    static List<Proof<?>> all() {
        return List.of(moments(), markov(), law());
    }

    private static Proof<?> moments() {
        return Proof.of("F1", "the moments of one step", ChainProofs::checkMoments, LIBRARY)
                .rejects("β for √β", BETA_FOR_ROOT)
                .rejects("α for √α", ALPHA_FOR_ROOT)
                .rejects("no factor", NO_FACTOR)
                .rejects("t - 1 for t", SHIFTED);
    }

    /** Step 4 from x_3 = 1.5. Two comparisons: fails once in 870 000 fresh seeds. */
    private static void checkMoments(Step step) {
        RandomGenerator random = new SplittableRandom(41);
        double[] sample = new double[N];
        for (int i = 0; i < N; i++) {
            sample[i] = step.next(FORWARD.schedule(), 1.5, 4, random.nextGaussian());
        }
        double beta = Grid.SHORT.beta(4);
        double distance = Moments.of(sample).distanceFromNormal(1.5 * Math.sqrt(1 - beta), beta);
        assertTrue(distance < Moments.THRESHOLD, "standard errors: " + distance);
    }

    private static Proof<?> markov() {
        return Proof.<NextStep>of(
                        "F1",
                        "the next step does not depend on the one before",
                        ChainProofs::checkMarkov,
                        (x3, x4, e4, e5) -> FORWARD.step(x4, 5, e5))
                .rejects("the same noise twice", (x3, x4, e4, e5) -> FORWARD.step(x4, 5, e4))
                .rejects("from the step before", (x3, x4, e4, e5) -> FORWARD.step(x3, 5, e5))
                .rejects("momentum", (x3, x4, e4, e5) -> FORWARD.step(x4 + 0.2 * (x4 - x3), 5, e5));
    }

    /**
     * x_5 less its mean given x_4 must be independent of x_3 and x_4. Two comparisons of 5 standard
     * errors: fails once in 870 000 fresh seeds.
     */
    private static void checkMarkov(NextStep next) {
        RandomGenerator random = new SplittableRandom(42);
        double[] x3 = new double[N];
        double[] x4 = new double[N];
        double[] rest = new double[N];
        for (int i = 0; i < N; i++) {
            double e4 = random.nextGaussian();
            x3[i] = FORWARD.sample(random.nextBoolean() ? 1 : -1, 3, random.nextGaussian());
            x4[i] = FORWARD.step(x3[i], 4, e4);
            double x5 = next.from(x3[i], x4[i], e4, random.nextGaussian());
            rest[i] = x5 - FORWARD.step(x4[i], 5, 0);
        }
        assertTrue(Math.abs(Moments.correlation(rest, x3)) < Moments.THRESHOLD);
        assertTrue(Math.abs(Moments.correlation(rest, x4)) < Moments.THRESHOLD);
    }

    private static Proof<?> law() {
        return Proof.<End>of(
                        "F3",
                        "walking step by step has the law of the jump",
                        ChainProofs::checkLaw,
                        random -> walk(LIBRARY, 1, 10, random))
                .accepts("the jump", r -> FORWARD.sample(X0, 10, r.nextGaussian()))
                .rejects("the first step skipped", random -> walk(LIBRARY, 2, 10, random))
                .rejects("the last step skipped", random -> walk(LIBRARY, 1, 9, random))
                .rejects("β for √β", random -> walk(BETA_FOR_ROOT, 1, 10, random))
                .rejects("α for √α", random -> walk(ALPHA_FOR_ROOT, 1, 10, random))
                .rejects("t - 1 for t", random -> walk(SHIFTED, 1, 10, random))
                .rejects(
                        "a coin for the noise",
                        random -> {
                            double x = X0;
                            for (int t = 1; t <= 10; t++) {
                                x = FORWARD.step(x, t, random.nextBoolean() ? 1 : -1);
                            }
                            return x;
                        })
                .rejects(
                        "uniform noise of the right moments",
                        random ->
                                FORWARD.sample(
                                        X0, 10, Math.sqrt(12) * (random.nextDouble() - 0.5)));
    }

    private static double walk(Step step, int first, int last, RandomGenerator random) {
        NoiseSchedule s = FORWARD.schedule();
        double x = X0;
        for (int t = first; t <= last; t++) {
            x = step.next(s, x, t, random.nextGaussian());
        }
        return x;
    }

    /** Two comparisons of 5 standard errors and one of 2.8: once in 680 000 fresh seeds. */
    private static void checkLaw(End end) {
        var random = new SplittableRandom(43);
        double[] sample = new double[N];
        for (int i = 0; i < N; i++) {
            sample[i] = end.draw(random);
        }
        double mean = FORWARD.signalScale(10) * X0;
        double variance = FORWARD.schedule().oneMinusAlphaBar(10);
        assertTrue(Moments.of(sample).distanceFromNormal(mean, variance) < Moments.THRESHOLD);
        assertTrue(Sample.of(sample).kolmogorovSmirnov(Sample.normal(mean, variance)) < 2.8);
    }

    @FunctionalInterface
    private interface NextStep {
        double from(double x3, double x4, double eps4, double eps5);
    }

    /** A draw of x_10 from x_0 = 2. */
    @FunctionalInterface
    private interface End {
        double draw(RandomGenerator random);
    }
}
