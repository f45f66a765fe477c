package ddpm.measure;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Moments;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

class EstimateTest {

    @Test
    void studentsQuantilesAreThoseOfTheTables() { // NIST/SEMATECH handbook, 1.3.6.7.2
        assertEquals(12.706, Estimate.student(1), 5e-4);
        assertEquals(4.303, Estimate.student(2), 5e-4);
        assertEquals(2.776, Estimate.student(4), 5e-4);
        assertEquals(1.984, Estimate.student(100), 5e-4);
    }

    /** 5 standard errors: correct code fails once in 1.7 million seeds. 1.96 for t is rejected. */
    @Test
    void theIntervalOverRunsHoldsTheTruthIn95Of100Cases() {
        SplittableRandom random = new SplittableRandom(1);
        int cases = 4000;
        int hits = 0;
        int hitsOfNormal = 0;
        for (int i = 0; i < cases; i++) {
            double[] runs = random.doubles(5).map(u -> 7 + 2 * random.nextGaussian()).toArray();
            Estimate got = Estimate.overRuns(runs);
            double off = Math.abs(got.value() - 7);
            hits += off < got.halfWidth() ? 1 : 0;
            hitsOfNormal += off < got.halfWidth() * 1.96 / Estimate.student(4) ? 1 : 0;
        }
        double error = Math.sqrt(0.95 * 0.05 / cases);
        assertEquals(0.95, (double) hits / cases, 5 * error);
        assertTrue(0.95 - (double) hitsOfNormal / cases > 10 * error);
    }

    @Test
    void aShareHasWilsonsInterval() { // by hand for 8 of 10: [0.490, 0.943]
        assertEquals(0.8 - 0.4902, Estimate.share(8, 10).halfWidth(), 1e-4);
        Estimate all = Estimate.share(10, 10); // [0.722, 1]: not 0 as by the normal law
        assertEquals(1, all.value(), 0);
        assertEquals(1 - 0.7225, all.halfWidth(), 1e-4);
    }

    @Test
    void itPrintsTwoDigitsOfItsInterval() {
        assertEquals("1.23 ± 0.45", new Estimate(1.2345, 0.4521).toString());
        assertEquals("123 ± 45", new Estimate(123.45, 45.21).toString());
        assertEquals("0.00012 ± 0.00045", new Estimate(1.2345e-4, 4.521e-4).toString());
        assertEquals("2.500", new Estimate(2.5, 0).toString());
    }

    @Test
    void oneRunHasNoInterval() {
        assertRefused(
                "an interval over runs needs at least 2 runs, got 1", () -> Estimate.overRuns(1));
        assertRefused("the value must be finite, got NaN", () -> new Estimate(Double.NaN, 0));
    }

    /**
     * The bootstrap's deviation, over many clouds, against the spread of the scores of these
     * clouds. With 120 clouds the spread is known to 6.5 %; 33 % is 5 standard errors.
     */
    private static void assertTellsTheSpread(
            ToDoubleBiFunction<Features, Features> score,
            BiFunction<Features, Features, Estimate> estimate) {
        Features b = Features.of(Clouds.normal(500, 3, 0, 1000));
        int clouds = 120;
        double[] scores = new double[clouds];
        double variance = 0;
        for (int i = 0; i < clouds; i++) {
            Features a = Features.of(Clouds.normal(150, 3, 0.7, i));
            Estimate e = estimate.apply(a, b);
            scores[i] = e.value();
            variance += Math.pow(e.halfWidth() / 1.96, 2) / clouds;
        }
        Features first = Features.of(Clouds.normal(150, 3, 0.7, 0));
        assertEquals(score.applyAsDouble(first, b), scores[0], 1e-12);
        double spread = Math.sqrt(Moments.of(scores).variance());
        assertEquals(1, Math.sqrt(variance) / spread, 0.33);
    }

    @Test
    void theBootstrapTellsTheSpreadOfTheFrechetDistance() {
        Resamples resamples = new Resamples(20, 9);
        assertTellsTheSpread(
                FrechetDistance::between, (a, b) -> FrechetDistance.estimate(a, b, resamples));
    }

    @Test
    void theBootstrapTellsTheSpreadOfTheKernelDistance() {
        Resamples resamples = new Resamples(20, 9);
        assertTellsTheSpread(
                KernelDistance::between, (a, b) -> KernelDistance.estimate(a, b, resamples));
    }
}
