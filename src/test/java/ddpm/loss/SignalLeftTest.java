package ddpm.loss;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.schedule.QuadraticSchedule;
import ddpm.schedule.SigmoidSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A schedule that leaves signal at T is told so. */
final class SignalLeftTest {

    static Stream<NoiseSchedule> good() {
        return Stream.of(
                LinearSchedule.DDPM,
                LinearSchedule.rescaled(50),
                LinearSchedule.rescaled(200),
                CosineSchedule.IMPROVED_DDPM,
                new CosineSchedule(50),
                new SigmoidSchedule(1000));
    }

    static Stream<NoiseSchedule> bad() {
        return Stream.of(
                new LinearSchedule(200, 1e-4, 0.02), // the paper's β, but fewer steps
                new LinearSchedule(400, 1e-4, 0.02),
                new QuadraticSchedule(1000, 0.00085, 0.012)); // Rombach et al. (2022), their code
    }

    @ParameterizedTest
    @MethodSource("good")
    void schedulesThatEndInNoiseGetNoWarning(NoiseSchedule schedule) {
        SignalLeft left = SignalLeft.of(schedule);
        assertFalse(left.isTooMuch(), left.toString());
        assertTrue(left.warning().isEmpty());
        assertTrue(left.toString().startsWith("fine: "), left.toString());
    }

    @ParameterizedTest
    @MethodSource("bad")
    void knownSettingsThatLeaveSignalAreFound(NoiseSchedule schedule) {
        SignalLeft left = SignalLeft.of(schedule);
        assertTrue(left.isTooMuch(), left.toString());
        assertEquals(left.warning().orElseThrow(), left.toString());
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1e-3, false", "1.1e-3, true", "5, true"})
    void theLimitItselfIsAccepted(double bits, boolean tooMuch) {
        assertEquals(tooMuch, new SignalLeft(LinearSchedule.DDPM, bits).isTooMuch());
    }

    @Test
    void theMessageHasTheValueAndTheRemedy() {
        assertEquals(
                "⚠ LinearSchedule[steps=200, betaFirst=1.0E-4, betaLast=0.02] leaves L_T = 0.10"
                        + " bits/dim at T = 200, limit 0.001. The sampler starts from N(0, I),"
                        + " which is not what training ends at: use more steps or a larger β.",
                SignalLeft.of(new LinearSchedule(200, 1e-4, 0.02)).toString());
    }

    @ParameterizedTest
    @MethodSource({"good", "bad"})
    void itIsTheDivergenceForAPixelAtTheEdge(NoiseSchedule schedule) {
        double left = schedule.alphaBar(schedule.steps());
        double expected = -Math.log1p(-left) / 2 / Math.log(2);
        assertEquals(expected, SignalLeft.of(schedule).bitsPerDimension(), 1e-9 * expected);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badValuesAreRefused(double bad) {
        assertRefused(
                "bitsPerDimension must be >= 0 and finite, got " + bad,
                () -> new SignalLeft(LinearSchedule.DDPM, bad));
    }
}
