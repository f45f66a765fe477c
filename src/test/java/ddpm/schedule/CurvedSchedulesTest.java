package ddpm.schedule;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Decimals;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
    @ValueSource(ints = {1, 2, 10, 1000})
    void cosineBetaFollowsItsDefinition(int steps) { // Nichol and Dhariwal (2021), Eq. 17
        var schedule = new CosineSchedule(steps);
        for (int t = 1; t <= steps; t += Math.max(1, steps / 40)) {
            BigDecimal ratio = cosineSquared(t, steps).divide(cosineSquared(t - 1, steps), DIGITS);
            BigDecimal beta = BigDecimal.ONE.subtract(ratio).min(Decimals.of(0.999));
            assertExact(beta, schedule.beta(t));
        }
        assertEquals(0.999, schedule.beta(steps));
    }

    private static BigDecimal cosineSquared(int t, int steps) {
        BigDecimal s = Decimals.of(0.008);
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
                message + "-3.0 and Infinity",
                () -> new SigmoidSchedule(10, -3, Double.POSITIVE_INFINITY, 1));
        assertRefused(
                "start and end must be within 100 temperatures (1.0) of 0, got -3.0 and 101.0",
                () -> new SigmoidSchedule(10, -3, 101, 1));
    }

    @Test
    void fewerThanOneStepIsRefused() {
        assertRefused("steps must be >= 1, got 0", () -> new CosineSchedule(0));
        assertRefused("steps must be >= 1, got -1", () -> new SigmoidSchedule(-1));
    }
}
