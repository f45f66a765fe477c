package ddpm.posterior;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.reference.Grid;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** σ_t² = β_t or β̃_t. Sec. 3.2. */
final class ReverseVarianceTest {

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void betaIsBestForStandardNormalDataAndThePosteriorsForAPoint(NoiseSchedule schedule) {
        Grid.steps(schedule)
                .filter(t -> t > 1)
                .forEach(
                        t -> {
                            double beta = ReverseVariance.BETA.variance(schedule, t);
                            double tilde = ReverseVariance.POSTERIOR.variance(schedule, t);
                            assertExact(bestVariance(schedule, 1, t), beta, beta);
                            assertExact(bestVariance(schedule, 0, t), tilde, tilde);
                            double between = bestVariance(schedule, 0.5, t);
                            assertTrue(tilde < between && between < beta);
                        });
    }

    @Test
    void eachSaysItsFormula() {
        assertEquals("σ² = β", ReverseVariance.BETA.toString());
        assertEquals("σ² = β̃", ReverseVariance.POSTERIOR.toString());
    }

    /**
     * The σ² that makes the mean of the KL over x_t smallest, when the mean is the best one and the
     * data are N(0, dataVariance): β̃_t + a² Var(x_0 | x_t), with a the factor of x_0 in μ̃_t.
     */
    private static double bestVariance(NoiseSchedule schedule, double dataVariance, int t) {
        var forward = new ForwardProcess(schedule);
        var posterior = new Posterior(schedule);
        double a = posterior.meanFactors(t).a();
        double unknown =
                dataVariance
                        * forward.schedule().oneMinusAlphaBar(t)
                        / forward.variance(dataVariance, t);
        return posterior.variance(t) + a * a * unknown;
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theBestVarianceIsThatOfTheTrueStepBack(NoiseSchedule schedule) {
        // For Gaussian data x_{t-1} given x_t is Gaussian, with variance Var(x_{t-1}) β_t /
        // Var(x_t).
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            double truth =
                                    forward.variance(0.4, t - 1)
                                            * schedule.beta(t)
                                            / forward.variance(0.4, t);
                            assertExact(truth, bestVariance(schedule, 0.4, t), truth);
                        });
    }

    @Test
    void theRatioOfTheTwoTendsToOne() {
        NoiseSchedule schedule = LinearSchedule.DDPM.tabulated();
        double before = 0;
        for (int t = 1; t <= 1000; t++) {
            double ratio =
                    ReverseVariance.POSTERIOR.variance(schedule, t)
                            / ReverseVariance.BETA.variance(schedule, t);
            assertTrue(before <= ratio && ratio < 1);
            before = ratio;
        }
        assertEquals(1, before, 1e-6);
    }

    @Test
    void badStepsAreRefusedWithTheValue() {
        for (ReverseVariance variance :
                new ReverseVariance[] {ReverseVariance.BETA, ReverseVariance.POSTERIOR}) {
            assertRefused("t must be in [1, 10], got 0", () -> variance.variance(Grid.SHORT, 0));
            assertRefused("t must be in [1, 10], got 11", () -> variance.variance(Grid.SHORT, 11));
        }
        assertRefused(
                "t must be in [1, 1], got 2",
                () -> ReverseVariance.POSTERIOR.decoderVariance(NoiseSchedule.ofBetas(0.5)));
    }
}
