package ddpm.forward;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.schedule.NoiseSchedule;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** One step of the chain, q(x_t | x_{t-1}) = N(√(1-β_t) x_{t-1}, β_t). Eq. 2. */
final class OneStepTest {

    private static final int N = 200_000;
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);

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
    void theProcessNamesItsSchedule() {
        assertEquals("ForwardProcess[" + Grid.SHORT + "]", FORWARD.toString());
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
}
