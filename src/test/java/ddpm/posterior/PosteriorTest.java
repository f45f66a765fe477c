package ddpm.posterior;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** q(x_{t-1} | x_t, x_0) = N(μ̃_t, β̃_t). Eq. 6 and 7. */
final class PosteriorTest {

    private static final Posterior POSTERIOR = new Posterior(Grid.SHORT);

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theFactorsAndTheVarianceAreExact(NoiseSchedule schedule) {
        var exact = new ExactSchedule(schedule);
        var posterior = new Posterior(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            LinearCombination factors = posterior.meanFactors(t);
                            assertExact(exact.factorOfX0(t), factors.a());
                            assertExact(exact.factorOfXt(t), factors.b());
                            assertExact(exact.posteriorVariance(t), posterior.variance(t));
                            assertEquals(
                                    factors.a() * -0.4 + factors.b() * 1.7,
                                    posterior.mean(-0.4, 1.7, t));
                        });
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void atTheFirstStepItIsExactlyTheCleanImage(NoiseSchedule schedule) {
        var posterior = new Posterior(schedule);
        assertEquals(new LinearCombination(1, 0), posterior.meanFactors(1));
        assertEquals(0.0, posterior.variance(1));
        assertEquals(0.3, posterior.mean(0.3, -2, 1));
    }

    @Test
    void atTheLastStepItIsNearlyTheStepBackOfPureNoise() {
        var posterior = new Posterior(LinearSchedule.DDPM);
        assertEquals(1, posterior.variance(1000) / 0.02, 1e-6);
        assertEquals(Math.sqrt(0.98), posterior.meanFactors(1000).b(), 1e-6);
        assertEquals(0, posterior.meanFactors(1000).a(), 2e-4);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theVarianceIsBetweenZeroAndBeta(NoiseSchedule schedule) {
        var posterior = new Posterior(schedule);
        Grid.steps(schedule)
                .filter(t -> t > 1)
                .forEach(
                        t -> {
                            assertTrue(posterior.variance(t) > 0);
                            assertTrue(posterior.variance(t) < schedule.beta(t));
                        });
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void averagedOverTheNoiseItIsTheForwardLaw(NoiseSchedule schedule) {
        // q(x_{t-1}|x_0) = ∫ q(x_{t-1}|x_t,x_0) q(x_t|x_0) dx_t, in means and variances.
        var forward = new ForwardProcess(schedule);
        var posterior = new Posterior(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            double mean = posterior.mean(1, forward.signalScale(t), t);
                            assertExact(forward.signalScale(t - 1), mean, 1);
                            double b = posterior.meanFactors(t).b();
                            double variance =
                                    posterior.variance(t)
                                            + b * b * forward.schedule().oneMinusAlphaBar(t);
                            assertExact(forward.schedule().oneMinusAlphaBar(t - 1), variance, 1);
                        });
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void throughTheNoiseTheMeanIsTheSame(NoiseSchedule schedule) { // Eq. 10
        var exact = new ExactSchedule(schedule);
        var forward = new ForwardProcess(schedule);
        var posterior = new Posterior(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            LinearCombination factors = posterior.meanFromNoiseFactors(t);
                            var perRoot =
                                    BigDecimal.ONE.divide(
                                            Decimals.root(exact.alpha(t)), Decimals.DIGITS);
                            assertExact(perRoot, factors.a());
                            assertExact(
                                    exact.beta(t)
                                            .multiply(perRoot)
                                            .divide(
                                                    Decimals.root(exact.oneMinusAlphaBar(t)),
                                                    Decimals.DIGITS)
                                            .negate(),
                                    factors.b());
                            double xt = forward.sample(0.6, t, -1.1);
                            double size = factors.a() * Math.abs(xt) - factors.b() * 1.1;
                            assertExact(
                                    posterior.mean(0.6, xt, t),
                                    posterior.meanFromNoise(xt, -1.1, t),
                                    size);
                        });
    }

    @Test
    void itNamesAndGivesBackItsSchedule() {
        assertEquals("Posterior[" + Grid.SHORT + "]", POSTERIOR.toString());
        assertEquals(Grid.SHORT.beta(4), POSTERIOR.schedule().beta(4));
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        assertRefused("t must be in [1, 10], got 0", () -> POSTERIOR.variance(0));
        assertRefused("t must be in [1, 10], got 11", () -> POSTERIOR.mean(0, 0, 11));
        assertRefused("t must be in [1, 10], got 0", () -> POSTERIOR.meanFromNoise(0, 0, 0));
        assertRefused(
                "values must be finite, got NaN and 0.0", () -> POSTERIOR.mean(Double.NaN, 0, 2));
        assertRefused(
                "values must be finite, got 0.0 and Infinity",
                () -> POSTERIOR.meanFromNoise(0, Double.POSITIVE_INFINITY, 2));
    }
}
