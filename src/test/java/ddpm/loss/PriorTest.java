package ddpm.loss;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** L_T, what is left of the image at the end. Eq. 5. */
final class PriorTest {

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    private static VariationalBound bound(NoiseSchedule schedule) {
        return new VariationalBound(
                new ForwardProcess(schedule), Prediction.EPSILON, ReverseVariance.BETA);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void itIsTheDivergenceFromTheStandardNormal(NoiseSchedule schedule) {
        var forward = new ForwardProcess(schedule);
        int last = schedule.steps();
        double variance = forward.schedule().oneMinusAlphaBar(last);
        double kl = GaussianKl.between(forward.signalScale(last) * 0.7, variance, 0, 1);
        assertExact(kl, bound(schedule).prior(0.7), 1);
    }

    @ParameterizedTest
    @CsvSource({"200, 0.1023, 5e-5", "400, 0.013, 5e-4", "1000, 3e-5, 1e-6"})
    void fewStepsLeaveSignal(int steps, double bits, double tolerance) { // ±1 pixels
        double nats = bound(new LinearSchedule(steps, 1e-4, 0.02)).prior(1);
        assertEquals(bits, BoundTerms.toBits(nats), tolerance);
    }

    @Test
    void aPixelFurtherFromZeroLeavesMore() {
        var bound = bound(LinearSchedule.DDPM);
        assertTrue(bound.prior(0) < bound.prior(0.5) && bound.prior(0.5) < bound.prior(-1));
        assertTrue(bound.prior(0) > 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badValuesAreRefused(double bad) {
        assertRefused("x0 must be finite, got " + bad, () -> bound(Grid.SHORT).prior(bad));
    }
}
