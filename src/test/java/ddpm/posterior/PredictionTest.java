package ddpm.posterior;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Four names for one prediction: ε, x_0, μ and v. Eq. 10, 11 and 15. */
final class PredictionTest {

    private static final double X0 = 0.6;
    private static final double EPS = -1.1;

    static Stream<Arguments> cases() {
        return Grid.schedules()
                .flatMap(
                        s ->
                                Arrays.stream(Prediction.values())
                                        .map(p -> Arguments.of(p, new ForwardProcess(s))));
    }

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    /** How much an error of the output is blown up on the way to x_0 and to ε. */
    private static double condition(Prediction prediction, ForwardProcess forward, int t) {
        double toX0 = 1 / forward.signalScale(t);
        double toEps = 1 / forward.noiseScale(t);
        if (prediction == Prediction.MEAN) {
            toX0 = 1 / new Posterior(forward.schedule()).meanFactors(t).a();
            toEps = toX0 * forward.signalScale(t) / forward.noiseScale(t);
        }
        return Math.max(1, Math.max(toX0, toEps)) * (Math.abs(X0) + Math.abs(EPS));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePerfectOutputGivesBackImageAndNoise(Prediction prediction, ForwardProcess forward) {
        Grid.steps(forward.schedule())
                .forEach(
                        t -> {
                            double xt = forward.sample(X0, t, EPS);
                            double output = prediction.target(forward, X0, t, EPS);
                            double size = condition(prediction, forward, t);
                            assertExact(X0, prediction.x0(forward, xt, t, output), size);
                            assertExact(EPS, prediction.eps(forward, xt, t, output), size);
                        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void anyOutputExplainsTheNoisyImage(Prediction prediction, ForwardProcess forward) {
        // √ᾱ_t x̂_0 + √(1-ᾱ_t) ε̂ = x_t, also for an output that is wrong
        Grid.steps(forward.schedule())
                .forEach(
                        t -> {
                            double x0 = prediction.x0(forward, 0.9, t, 0.2);
                            double eps = prediction.eps(forward, 0.9, t, 0.2);
                            double size =
                                    forward.signalScale(t) * Math.abs(x0)
                                            + forward.noiseScale(t) * Math.abs(eps)
                                            + condition(prediction, forward, t);
                            assertExact(0.9, forward.sample(x0, t, eps), size);
                        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theMeanIsThePosteriorsWithTheGuessOfTheImage(
            Prediction prediction, ForwardProcess forward) {
        var posterior = new Posterior(forward.schedule());
        Grid.steps(forward.schedule())
                .forEach(
                        t -> {
                            double x0 = prediction.x0(forward, 0.9, t, 0.2);
                            double mean = prediction.mean(forward, 0.9, t, 0.2);
                            double size =
                                    posterior.meanFactors(t).a()
                                                    * (Math.abs(x0)
                                                            + 2 * condition(prediction, forward, t))
                                            + 1;
                            assertExact(posterior.mean(x0, 0.9, t), mean, size);
                        });
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void noiseToImageIsEquationFifteen(NoiseSchedule schedule) {
        var exact = new ExactSchedule(schedule);
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            BigDecimal signal = Decimals.root(exact.alphaBar(t));
                            BigDecimal noise = Decimals.root(exact.oneMinusAlphaBar(t));
                            BigDecimal expected =
                                    Decimals.of(0.9)
                                            .subtract(noise.multiply(Decimals.of(0.2)))
                                            .divide(signal, Decimals.DIGITS);
                            double size = (0.9 + 0.2) / signal.doubleValue();
                            assertExact(
                                    expected, Prediction.EPSILON.x0(forward, 0.9, t, 0.2), size);
                            BigDecimal back =
                                    Decimals.of(0.9)
                                            .subtract(signal.multiply(Decimals.of(0.2)))
                                            .divide(noise, Decimals.DIGITS);
                            assertExact(
                                    back,
                                    Prediction.X0.eps(forward, 0.9, t, 0.2),
                                    (0.9 + 0.2) / noise.doubleValue());
                        });
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theMeanFromNoiseIsEquationEleven(NoiseSchedule schedule) {
        var forward = new ForwardProcess(schedule);
        var posterior = new Posterior(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            var direct = posterior.meanFromNoiseFactors(t);
                            var composed = Prediction.EPSILON.meanFactors(forward, t);
                            assertExact(direct.a(), composed.a(), direct.a());
                            assertExact(direct.b(), composed.b(), -direct.b());
                        });
    }

    @Test
    void theImageFromTheNoiseIsIllConditionedNearTheEnd() {
        var forward = new ForwardProcess(LinearSchedule.DDPM);
        double eps = Prediction.EPSILON.x0(forward, 0, 1000, 1e-3);
        double v = Prediction.V.x0(forward, 0, 1000, 1e-3);
        assertEquals(-0.157, eps, 0.001); // an error of 0.001 becomes 0.157 = 0.001 √(1-ᾱ)/√ᾱ
        assertTrue(Math.abs(v) <= 1e-3);
    }

    @ParameterizedTest
    @EnumSource
    void badArgumentsAreRefusedWithTheValue(Prediction prediction) {
        var forward = new ForwardProcess(Grid.SHORT);
        for (int t : new int[] {0, 11}) {
            String message = "t must be in [1, 10], got " + t;
            assertRefused(message, () -> prediction.target(forward, 0, t, 0));
            assertRefused(message, () -> prediction.x0(forward, 0, t, 0));
            assertRefused(message, () -> prediction.eps(forward, 0, t, 0));
            assertRefused(message, () -> prediction.mean(forward, 0, t, 0));
        }
        assertRefused(
                "values must be finite, got 0.0 and NaN",
                () -> prediction.x0(forward, 0, 1, Double.NaN));
    }
}
