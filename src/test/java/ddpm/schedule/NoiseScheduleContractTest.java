package ddpm.schedule;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What every schedule must do. A new schedule joins by a line in {@link Grid}. */
@ParameterizedClass
@MethodSource("schedules")
final class NoiseScheduleContractTest {

    @Parameter NoiseSchedule schedule;

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules().flatMap(s -> Stream.of(s, s.tabulated(), minimal(s)));
    }

    /** A schedule that gives only what it must, so that all the rest is the default. */
    private static NoiseSchedule minimal(NoiseSchedule other) {
        return new NoiseSchedule() {
            @Override
            public int steps() {
                return other.steps();
            }

            @Override
            public double beta(int t) {
                return other.beta(t);
            }

            @Override
            public String toString() {
                return "minimal " + other;
            }
        };
    }

    @Test
    void everyBetaIsInTheOpenUnitInterval() {
        Grid.steps(schedule).forEach(t -> assertTrue(0 < schedule.beta(t) && schedule.beta(t) < 1));
    }

    @Test
    void nothingIsLostAtStepZero() {
        assertEquals(1.0, schedule.alphaBar(0));
        assertEquals(0.0, schedule.oneMinusAlphaBar(0));
    }

    @Test
    void theFirstStepIsExact() {
        assertEquals(schedule.alpha(1), schedule.alphaBar(1));
        assertEquals(schedule.beta(1), schedule.oneMinusAlphaBar(1));
    }

    @Test
    void theSignalFallsAndTheNoiseGrows() {
        NoiseSchedule table = schedule.tabulated();
        for (int t = 1; t <= table.steps(); t++) {
            assertTrue(table.alphaBar(t) < table.alphaBar(t - 1) || table.beta(t) < 1e-8);
            assertTrue(table.oneMinusAlphaBar(t) >= table.oneMinusAlphaBar(t - 1));
            assertTrue(table.oneMinusAlphaBar(t) <= 1);
        }
    }

    @Test
    void productsAndSumsAreExact() { // Eq. 4 against 40-digit decimals; 1 - ᾱ too, relative
        var exact = new ExactSchedule(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            assertExact(exact.alpha(t), schedule.alpha(t));
                            assertExact(exact.alphaBar(t), schedule.alphaBar(t));
                            assertExact(exact.oneMinusAlphaBar(t), schedule.oneMinusAlphaBar(t));
                        });
    }

    @Test
    void theSignalToNoiseRatioIsThatOfTheTwoVariances() {
        Grid.steps(schedule)
                .forEach(
                        t ->
                                assertEquals(
                                        schedule.alphaBar(t) / schedule.oneMinusAlphaBar(t),
                                        schedule.signalToNoise(t)));
    }

    @Test
    void theTableHasTheSameValues() {
        NoiseSchedule table = schedule.tabulated();
        assertEquals(schedule.steps(), table.steps());
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            assertEquals(schedule.beta(t), table.beta(t));
                            assertEquals(schedule.alphaBar(t), table.alphaBar(t));
                            assertEquals(schedule.oneMinusAlphaBar(t), table.oneMinusAlphaBar(t));
                        });
        assertSame(table, table.tabulated());
        assertEquals(schedule.toString(), table.toString());
    }

    @Test
    void stepsOutsideTheRangeAreRefused() {
        int last = schedule.steps();
        for (int t : new int[] {0, -1, last + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            String message = "t must be in [1, " + last + "], got " + t;
            assertRefused(message, () -> schedule.beta(t));
            assertRefused(message, () -> schedule.alpha(t));
            assertRefused(message, () -> schedule.signalToNoise(t));
        }
        for (int t : new int[] {-1, last + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            String message = "t must be in [0, " + last + "], got " + t;
            assertRefused(message, () -> schedule.alphaBar(t));
            assertRefused(message, () -> schedule.oneMinusAlphaBar(t));
        }
    }
}
