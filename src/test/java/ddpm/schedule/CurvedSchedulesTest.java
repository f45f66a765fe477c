package ddpm.schedule;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Decimals;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quadratic, cosine and sigmoid schedules against their definitions in 40-digit decimals. */
final class CurvedSchedulesTest {

    @Test
    void theRootOfTheQuadraticBetaLiesOnTheLine() {
        var schedule = new QuadraticSchedule(200, 1e-4, 0.05);
        BigDecimal first = Decimals.root(Decimals.of(1e-4));
        BigDecimal rise = Decimals.root(Decimals.of(0.05)).subtract(first);
        for (int t = 1; t <= 200; t++) {
            BigDecimal share = BigDecimal.valueOf(t - 1).divide(BigDecimal.valueOf(199), DIGITS);
            BigDecimal root = first.add(rise.multiply(share));
            assertExact(root.multiply(root), schedule.beta(t));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 0.008", "2, 0.008", "10, 0.008", "10, 1.5", "1000, 0.008"})
    void cosineBetaFollowsItsDefinition(int steps, double s) { // Nichol, Dhariwal (2021), Eq. 17
        var schedule = new CosineSchedule(steps, s);
        for (int t = 1; t <= steps; t += Math.max(1, steps / 40)) {
            BigDecimal before = cosineSquared(t - 1, steps, s);
            BigDecimal ratio = cosineSquared(t, steps, s).divide(before, DIGITS);
            BigDecimal beta = BigDecimal.ONE.subtract(ratio).min(Decimals.of(0.999));
            assertExact(beta, schedule.beta(t));
        }
        assertEquals(0.999, schedule.beta(steps));
    }

    private static BigDecimal cosineSquared(int t, int steps, double offset) {
        BigDecimal s = Decimals.of(offset);
        BigDecimal u = BigDecimal.valueOf(t).divide(BigDecimal.valueOf(steps), DIGITS).add(s);
        BigDecimal angle =
                u.divide(BigDecimal.ONE.add(s), DIGITS)
                        .multiply(Decimals.PI)
                        .divide(Decimals.TWO, DIGITS);
        BigDecimal cosine = Decimals.cos(angle);
        return cosine.multiply(cosine, DIGITS);
    }

    @Test
    void theClipLeavesTheCosineScheduleALittleSignal() {
        var schedule = CosineSchedule.IMPROVED_DDPM.tabulated();
        assertEquals(2.4e-9, schedule.alphaBar(1000), 0.05e-9);
        assertEquals(4.1e-5, schedule.beta(1), 0.05e-5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 1000})
    void sigmoidBetaFollowsItsDefinition(int steps) { // Jabri et al. (2022)
        var schedule = new SigmoidSchedule(steps, -2.5, 3, 0.8);
        for (int t = 1; t <= steps; t += Math.max(1, steps / 40)) {
            BigDecimal left = logisticLeft(t, steps);
            BigDecimal ratio = left.divide(logisticLeft(t - 1, steps), DIGITS);
            BigDecimal beta = BigDecimal.ONE.subtract(ratio).min(Decimals.of(0.999));
            assertExact(beta, schedule.beta(t));
        }
        assertEquals(0.999, schedule.beta(steps));
    }

    private static BigDecimal logisticLeft(int t, int steps) {
        BigDecimal start = Decimals.of(-2.5);
        BigDecimal end = Decimals.of(3);
        BigDecimal u = BigDecimal.valueOf(t).divide(BigDecimal.valueOf(steps), DIGITS);
        BigDecimal z = start.add(end.subtract(start).multiply(u));
        return logistic(end).subtract(logistic(z));
    }

    private static BigDecimal logistic(BigDecimal z) {
        BigDecimal e = Decimals.exp(z.divide(Decimals.of(0.8), DIGITS));
        return e.divide(BigDecimal.ONE.add(e), DIGITS);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badParametersAreRefused(double bad) {
        assertRefused(
                "offset must be positive and finite, got " + bad,
                () -> new CosineSchedule(10, bad));
        assertRefused(
                "temperature must be positive and finite, got " + bad,
                () -> new SigmoidSchedule(10, -3, 3, bad));
    }

    @Test
    void badEndsOfTheSigmoidAreRefused() {
        String message = "need finite start < end, got ";
        assertRefused(message + "3.0 and 3.0", () -> new SigmoidSchedule(10, 3, 3, 1));
        assertRefused(message + "NaN and 3.0", () -> new SigmoidSchedule(10, Double.NaN, 3, 1));
        assertRefused(
                message + "-Infinity and 3.0",
                () -> new SigmoidSchedule(10, Double.NEGATIVE_INFINITY, 3, 1));
        assertRefused(
                message + "-3.0 and Infinity",
                () -> new SigmoidSchedule(10, -3, Double.POSITIVE_INFINITY, 1));
        String far = "start and end must be within 100 temperatures (0.5) of 0, got ";
        assertRefused(far + "-3.0 and 51.0", () -> new SigmoidSchedule(10, -3, 51, 0.5));
        assertRefused(far + "-51.0 and 3.0", () -> new SigmoidSchedule(10, -51, 3, 0.5));
        assertEquals(0.999, new SigmoidSchedule(10, -50, 50, 0.5).beta(10));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void fewerThanOneStepIsRefused(int steps) {
        assertRefused("steps must be >= 1, got " + steps, () -> new CosineSchedule(steps));
        assertRefused("steps must be >= 1, got " + steps, () -> new SigmoidSchedule(steps));
    }

    @Test
    void theDefaultsAreThoseOfThePapers() {
        assertEquals(new CosineSchedule(1000, 0.008), CosineSchedule.IMPROVED_DDPM);
        assertEquals(new CosineSchedule(10, 0.008), new CosineSchedule(10));
        assertEquals(new SigmoidSchedule(10, -3, 3, 1), new SigmoidSchedule(10));
    }
}
