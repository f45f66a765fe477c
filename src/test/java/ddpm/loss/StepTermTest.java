package ddpm.loss;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** L_{t-1} = ‖μ̃ - μ_θ‖² / (2 σ²) + C = λ_t ‖ε - ε_θ‖² + C. Eq. 8 and 12. */
final class StepTermTest {

    private static final double X0 = 0.6;
    private static final double EPS = -1.1;
    private static final double ERROR = 0.37;

    static Stream<Arguments> cases() {
        return Grid.schedules()
                .flatMap(
                        s ->
                                Stream.of(ReverseVariance.BETA, ReverseVariance.POSTERIOR)
                                        .map(v -> Arguments.of(new ForwardProcess(s), v)));
    }

    private static Stream<VariationalBound> bounds(ForwardProcess forward, ReverseVariance v) {
        return Arrays.stream(Prediction.values()).map(p -> new VariationalBound(forward, p, v));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itIsTheSquaredErrorOfTheMeanAndAConstant(ForwardProcess forward, ReverseVariance v) {
        var posterior = new Posterior(forward.schedule());
        steps(forward.schedule())
                .forEach(
                        t -> {
                            double xt = forward.sample(X0, t, EPS);
                            double mean = posterior.mean(X0, xt, t);
                            double variance = v.variance(forward.schedule(), t);
                            double wrong = mean + ERROR;
                            double square = (mean - wrong) * (mean - wrong) / (2 * variance);
                            var bound = new VariationalBound(forward, Prediction.MEAN, v);
                            double general =
                                    GaussianKl.between(
                                            mean, posterior.variance(t), wrong, variance);
                            double size = square + bound.constant(t);
                            assertExact(general, bound.term(X0, xt, t, wrong), size);
                            assertExact(general, square + bound.constant(t), size);
                        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void itIsTheWeightTimesTheSquaredErrorOfTheOutput(ForwardProcess forward, ReverseVariance v) {
        bounds(forward, v)
                .forEach(
                        bound ->
                                steps(forward.schedule())
                                        .forEach(t -> checkWeight(bound, forward, t)));
    }

    private static void checkWeight(VariationalBound bound, ForwardProcess forward, int t) {
        Prediction prediction = bound.prediction();
        double xt = forward.sample(X0, t, EPS);
        double target = prediction.target(forward, X0, t, EPS);
        double weight = LossWeight.ofBound(forward, prediction, bound.reverseVariance()).at(t);
        // An error that moves the mean by 0.4 σ_t, so that no digits are lost in μ̃ - μ_θ.
        double wrong = target + 0.4 / Math.sqrt(2 * weight);
        double expected = weight * (target - wrong) * (target - wrong) + bound.constant(t);
        double sigma = Math.sqrt(bound.reverseVariance().variance(forward.schedule(), t));
        double condition = 1 + terms(prediction, forward, xt, t, wrong) / sigma;
        assertExact(expected, bound.term(X0, xt, t, wrong), condition);
    }

    /** The absolute terms of μ_θ; over σ they are the condition number of (μ̃ - μ_θ) / σ. */
    private static double terms(
            Prediction prediction, ForwardProcess forward, double xt, int t, double output) {
        var factors = prediction.meanFactors(forward, t);
        return Math.abs(factors.a() * xt) + Math.abs(factors.b() * output);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void thePerfectOutputLeavesOnlyTheConstant(ForwardProcess forward, ReverseVariance v) {
        bounds(forward, v)
                .forEach(
                        bound ->
                                steps(forward.schedule())
                                        .forEach(t -> checkPerfect(bound, forward, t)));
    }

    private static void checkPerfect(VariationalBound bound, ForwardProcess forward, int t) {
        double xt = forward.sample(X0, t, EPS);
        double output = bound.prediction().target(forward, X0, t, EPS);
        double term = bound.term(X0, xt, t, output);
        assertEquals(bound.constant(t), term, 1e-12 * (1 + bound.constant(t)));
        if (bound.reverseVariance().equals(ReverseVariance.POSTERIOR)) {
            assertEquals(0.0, bound.constant(t));
        }
    }

    @Test
    void withBetaTheConstantIsPositive() {
        var bound =
                new VariationalBound(
                        new ForwardProcess(Grid.SHORT), Prediction.EPSILON, ReverseVariance.BETA);
        for (int t = 2; t <= 10; t++) {
            assertTrue(bound.constant(t) > 1e-4);
        }
    }

    @Test
    void atTheFirstStepTheTermIsTheDecoder() {
        var forward = new ForwardProcess(Grid.SHORT);
        double x1 = forward.sample(1, 1, 0.3);
        var beta = new VariationalBound(forward, Prediction.X0, ReverseVariance.BETA);
        assertEquals(
                -DiscreteDecoder.logProbability(1.0, 0.9, Math.sqrt(0.05)),
                beta.term(1, x1, 1, 0.9));
        var tilde = new VariationalBound(forward, Prediction.X0, ReverseVariance.POSTERIOR);
        double sigma = Math.sqrt(new Posterior(Grid.SHORT).variance(2));
        assertEquals(-DiscreteDecoder.logProbability(1.0, 0.9, sigma), tilde.term(1, x1, 1, 0.9));
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        var bound =
                new VariationalBound(
                        new ForwardProcess(Grid.SHORT), Prediction.EPSILON, ReverseVariance.BETA);
        assertRefused("t must be in [1, 10], got 0", () -> bound.term(1, 1, 0, 1));
        assertRefused("t must be in [1, 10], got 11", () -> bound.term(1, 1, 11, 1));
        assertRefused("t must be in [2, 10], got 1", () -> bound.constant(1));
        assertRefused(
                "values must be finite, got NaN and 1.0", () -> bound.term(Double.NaN, 1, 2, 1));
        assertRefused(
                "values must be finite, got 1.0 and Infinity",
                () -> bound.term(1, 1, 2, Double.POSITIVE_INFINITY));
    }

    private static IntStream steps(NoiseSchedule schedule) {
        return Grid.steps(schedule).filter(t -> t > 1);
    }
}
