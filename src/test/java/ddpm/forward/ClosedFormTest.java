package ddpm.forward;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jump from x_0 to x_t, q(x_t | x_0) = N(√ᾱ_t x_0, 1 - ᾱ_t). Eq. 4. */
final class ClosedFormTest {

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
                            var signal = Decimals.root(exact.alphaBar(t));
                            var noise = Decimals.root(exact.oneMinusAlphaBar(t));
                            assertExact(signal, forward.signalScale(t));
                            assertExact(noise, forward.noiseScale(t));
                            double size = signal.doubleValue() * 0.7 + noise.doubleValue() * 1.3;
                            assertExact(
                                    signal.multiply(Decimals.of(0.7))
                                            .subtract(noise.multiply(Decimals.of(1.3))),
                                    forward.sample(0.7, t, -1.3),
                                    size);
                        });
    }

    @Test
    void stepsInMomentsGiveTheClosedForm() { // the induction of the proof, step by step
        double factor = 1;
        double variance = 0;
        for (int t = 1; t <= 10; t++) {
            factor = FORWARD.step(factor, t, 0);
            variance =
                    FORWARD.step(0, t, 1) * FORWARD.step(0, t, 1) + Grid.SHORT.alpha(t) * variance;
            assertExact(FORWARD.signalScale(t), factor, 1);
            assertExact(Grid.SHORT.oneMinusAlphaBar(t), variance, 1);
        }
    }

    @Test
    void nothingHappensAtStepZero() {
        assertEquals(1.0, FORWARD.signalScale(0));
        assertEquals(0.0, FORWARD.noiseScale(0));
    }

    @Test
    void theProcessNamesItsSchedule() {
        assertEquals("ForwardProcess[" + Grid.SHORT + "]", FORWARD.toString());
    }

    @Test
    void badArgumentsOfAStepAreRefusedWithTheValue() {
        assertRefused("t must be in [1, 10], got 0", () -> FORWARD.step(1, 0, 0));
        assertRefused("t must be in [1, 10], got 11", () -> FORWARD.step(1, 11, 0));
        assertRefused(
                "values must be finite, got NaN and 0.0", () -> FORWARD.step(Double.NaN, 1, 0));
        assertRefused(
                "values must be finite, got 1.0 and -Infinity",
                () -> FORWARD.step(1, 1, Double.NEGATIVE_INFINITY));
    }

    @Test
    void badArgumentsOfTheJumpAreRefusedWithTheValue() {
        assertRefused("t must be in [1, 10], got 0", () -> FORWARD.sample(1, 0, 0));
        assertRefused("t must be in [1, 10], got 11", () -> FORWARD.sample(1, 11, 0));
        assertRefused("t must be in [0, 10], got -1", () -> FORWARD.signalScale(-1));
        assertRefused(
                "values must be finite, got Infinity and 0.0",
                () -> FORWARD.sample(Double.POSITIVE_INFINITY, 1, 0));
    }
}
