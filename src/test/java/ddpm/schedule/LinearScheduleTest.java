package ddpm.schedule;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Decimals;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinearScheduleTest {

    @Test
    void thePapersSettingRunsFromOneEndToTheOther() {
        assertEquals(1000, LinearSchedule.DDPM.steps());
        assertEquals(1e-4, LinearSchedule.DDPM.beta(1));
        assertEquals(0.02, LinearSchedule.DDPM.beta(1000));
    }

    @Test
    void betaLiesOnTheLine() {
        BigDecimal first = Decimals.of(1e-4);
        BigDecimal rise = Decimals.of(0.02).subtract(first);
        for (int t = 1; t <= 1000; t++) {
            BigDecimal share =
                    BigDecimal.valueOf(t - 1).divide(BigDecimal.valueOf(999), Decimals.DIGITS);
            assertExact(first.add(rise.multiply(share)), LinearSchedule.DDPM.beta(t));
        }
    }

    @Test
    void rescaledKeepsTheSumOfTheBetas() {
        assertEquals(LinearSchedule.DDPM, LinearSchedule.rescaled(1000));
        var schedule = LinearSchedule.rescaled(100);
        assertEquals(0.001, schedule.beta(1), 1e-15);
        assertEquals(0.2, schedule.beta(100), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 19, 1, 0, -5})
    void tooFewStepsToRescaleAreRefused(int steps) {
        assertRefused(
                "steps must be > 20, got " + steps + ": betaLast = 20 / steps must be below 1",
                () -> LinearSchedule.rescaled(steps));
        assertEquals(20.0 / 21, LinearSchedule.rescaled(21).betaLast(), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {0, -0.1, 1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badEndsAreRefused(double bad) {
        String message = "need 0 < betaFirst <= betaLast < 1, got ";
        assertRefused(message + bad + " and 0.5", () -> new LinearSchedule(10, bad, 0.5));
        assertRefused(message + "0.5 and " + bad, () -> new LinearSchedule(10, 0.5, bad));
        assertRefused(message + bad + " and 0.5", () -> new QuadraticSchedule(10, bad, 0.5));
        assertRefused(message + "0.5 and " + bad, () -> new QuadraticSchedule(10, 0.5, bad));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 0, -1})
    void fewerThanTwoStepsAreRefused(int steps) {
        String message = "steps must be >= 2, got " + steps;
        assertRefused(message, () -> new LinearSchedule(steps, 0.1, 0.2));
        assertRefused(message, () -> new QuadraticSchedule(steps, 0.1, 0.2));
    }

    @Test
    void twoStepsAndAConstantBetaAreAllowed() {
        for (int t = 1; t <= 2; t++) {
            assertEquals(0.25, new LinearSchedule(2, 0.25, 0.25).beta(t));
            assertEquals(0.25, new QuadraticSchedule(2, 0.25, 0.25).beta(t));
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {0, -0.1, 1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aListWithABadBetaIsRefused(double bad) {
        assertRefused(
                "beta must be in (0, 1), got " + bad + " at t = 2",
                () -> NoiseSchedule.ofBetas(0.1, bad));
        assertRefused("a schedule needs at least one beta, got none", NoiseSchedule::ofBetas);
    }

    @Test
    void aListIsCopied() {
        double[] betas = {0.1, 0.2};
        NoiseSchedule schedule = NoiseSchedule.ofBetas(betas);
        betas[0] = 0.9;
        assertEquals(0.1, schedule.beta(1));
    }
}
