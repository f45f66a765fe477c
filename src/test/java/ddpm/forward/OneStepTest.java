package ddpm.forward;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.schedule.NoiseSchedule;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One step of the chain, q(x_t | x_{t-1}) = N(√(1-β_t) x_{t-1}, β_t). Eq. 2. */
final class OneStepTest {

    private static final int N = 200_000;
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theFactorsAreExact(NoiseSchedule schedule) {
        var exact = new ExactSchedule(schedule);
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            assertExact(Decimals.root(exact.alpha(t)), forward.step(1, t, 0));
                            assertExact(Decimals.root(exact.beta(t)), forward.step(0, t, 1));
                        });
    }

    @Test
    void oneStepHasTheMomentsOfEquationTwo() {
        // 5 standard errors, two comparisons: fails once in 870 000 fresh seeds.
        assertTrue(distance(FORWARD::step) < Moments.THRESHOLD);
    }

    @Test
    void theMomentsRejectPlantedBugs() {
        NoiseSchedule s = Grid.SHORT;
        Step varianceForRoot = (x, t, e) -> Math.sqrt(s.alpha(t)) * x + s.beta(t) * e;
        Step missingRoot = (x, t, e) -> s.alpha(t) * x + Math.sqrt(s.beta(t)) * e;
        Step noFactor = (x, t, e) -> x + Math.sqrt(s.beta(t)) * e;
        Step shifted = (x, t, e) -> FORWARD.step(x, t - 1, e);
        for (Step bug : new Step[] {varianceForRoot, missingRoot, noFactor, shifted}) {
            assertTrue(distance(bug) > 2 * Moments.THRESHOLD);
        }
    }

    /** How far the moments of step 4 from x_3 = 1.5 are from Eq. 2, in standard errors. */
    private static double distance(Step step) {
        RandomGenerator random = new SplittableRandom(41);
        double[] sample = new double[N];
        for (int i = 0; i < N; i++) {
            sample[i] = step.next(1.5, 4, random.nextGaussian());
        }
        return Moments.of(sample)
                .distanceFromNormal(1.5 * Math.sqrt(1 - Grid.SHORT.beta(4)), Grid.SHORT.beta(4));
    }

    @Test
    void theNextStepDoesNotDependOnTheOneBefore() { // the chain is Markov
        // 5 standard errors, two comparisons: fails once in 870 000 fresh seeds.
        assertTrue(dependence((x3, x4, e4, e5) -> FORWARD.step(x4, 5, e5)) < Moments.THRESHOLD);
    }

    @Test
    void theMarkovCheckRejectsPlantedBugs() {
        NextStep sameNoiseTwice = (x3, x4, e4, e5) -> FORWARD.step(x4, 5, e4);
        NextStep fromTheStepBefore = (x3, x4, e4, e5) -> FORWARD.step(x3, 5, e5);
        NextStep momentum = (x3, x4, e4, e5) -> FORWARD.step(x4 + 0.2 * (x4 - x3), 5, e5);
        for (NextStep bug : new NextStep[] {sameNoiseTwice, fromTheStepBefore, momentum}) {
            assertTrue(dependence(bug) > 2 * Moments.THRESHOLD);
        }
    }

    /**
     * x_5 less its mean given x_4 must be independent of (x_3, x_4): the larger of the two
     * correlations, in standard errors.
     */
    private static double dependence(NextStep next) {
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
        return Math.max(
                Math.abs(Moments.correlation(rest, x3)), Math.abs(Moments.correlation(rest, x4)));
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        assertRefused("t must be in [1, 10], got 0", () -> FORWARD.step(1, 0, 0));
        assertRefused("t must be in [1, 10], got 11", () -> FORWARD.step(1, 11, 0));
        assertRefused(
                "values must be finite, got NaN and 0.0", () -> FORWARD.step(Double.NaN, 1, 0));
        assertRefused(
                "values must be finite, got 1.0 and -Infinity",
                () -> FORWARD.step(1, 1, Double.NEGATIVE_INFINITY));
    }

    @FunctionalInterface
    private interface Step {
        double next(double x, int t, double eps);
    }

    @FunctionalInterface
    private interface NextStep {
        double from(double x3, double x4, double eps4, double eps5);
    }
}
