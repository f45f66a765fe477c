package ddpm.forward;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Var(x_t) = ᾱ_t Var(x_0) + 1 - ᾱ_t: the factor √(1-β_t) of Eq. 2 keeps it near 1. */
final class VarianceTest {

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void varianceOneIsTheFixedPoint(NoiseSchedule schedule) {
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule).forEach(t -> assertEquals(1, forward.variance(1, t), 1e-12));
    }

    @Test
    void theVarianceTendsToOneFromEitherSide() {
        var forward = new ForwardProcess(LinearSchedule.DDPM);
        for (int t = 1; t <= 1000; t++) {
            assertTrue(forward.variance(0, t) > forward.variance(0, t - 1));
            assertTrue(forward.variance(4, t) < forward.variance(4, t - 1));
        }
        assertEquals(1, forward.variance(0, 1000), 5e-5);
        assertEquals(1, forward.variance(4, 1000), 2e-4);
    }

    @Test
    void withoutTheFactorTheVarianceGrowsAsTheSumOfTheBetas() {
        double variance = 1;
        double sum = 0;
        for (int t = 1; t <= 1000; t++) {
            variance += LinearSchedule.DDPM.beta(t); // x_t = x_{t-1} + √β_t ε
            sum += LinearSchedule.DDPM.beta(t);
        }
        assertEquals(1 + sum, variance, 1e-12 * variance);
        assertEquals(11.05, variance, 1e-9); // 1 + 1000 (1e-4 + 0.02) / 2
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aBadVarianceIsRefused(double bad) {
        assertRefused(
                "dataVariance must be >= 0 and finite, got " + bad,
                () -> new ForwardProcess(Grid.SHORT).variance(bad, 1));
    }
}
