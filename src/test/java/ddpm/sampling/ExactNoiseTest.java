package ddpm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.data.LineDensity;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Algorithm 2 with the exact ε of a mixture: with more steps it returns the mixture. The law is
 * carried as a density on a grid, so nothing is random.
 */
final class ExactNoiseTest {

    private static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -1, 0.3), new Component(0.6, 0.9, 0.5));

    /** β_t = β(t/T)/T with one and the same β(u) for all T. */
    private static ForwardProcess forward(int steps) {
        return new ForwardProcess(
                NoiseSchedule.ofBetas(
                        IntStream.rangeClosed(1, steps)
                                .mapToDouble(t -> (0.1 + 7.9 * t / steps) / steps)
                                .toArray()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"beta", "posterior"})
    void theErrorOfTheVarianceFallsWithOrderOne(String name) {
        ReverseVariance variance =
                name.equals("beta") ? ReverseVariance.BETA : ReverseVariance.POSTERIOR;
        double coarse = errorOfVariance(forward(40), variance);
        double middle = errorOfVariance(forward(80), variance);
        double fine = errorOfVariance(forward(160), variance);
        assertEquals(1, Math.log(coarse / middle) / Math.log(2), 0.25);
        assertEquals(1, Math.log(middle / fine) / Math.log(2), 0.2);
    }

    private static double errorOfVariance(ForwardProcess forward, ReverseVariance variance) {
        LineDensity density = grid(LAW.noised(forward, forward.schedule().steps()));
        for (int t = forward.schedule().steps(); t > 1; t--) {
            int step = t;
            density =
                    density.step(
                            x -> mean(LAW, forward, x, step),
                            variance.variance(forward.schedule(), t));
        }
        return Math.abs(density.variance(x -> mean(LAW, forward, x, 1)) - LAW.variance());
    }

    @Test
    void noiseAtTheLastStepIsWrongForAPointAndRightForStandardNormalData() {
        ForwardProcess forward = forward(20);
        double beta = forward.schedule().beta(1);
        var point = new GaussianMixture(new Component(1, 0.7, 0));
        var normal = new GaussianMixture(new Component(1, 0, 1));
        // the variance of μ_θ(x_1): all that is there without noise at the last step
        double ofPoint = grid(point.noised(forward, 1)).variance(x -> mean(point, forward, x, 1));
        double ofNormal =
                grid(normal.noised(forward, 1)).variance(x -> mean(normal, forward, x, 1));
        assertEquals(0, ofPoint, 1e-12); // so noise would add β_1 to nothing
        assertEquals(
                1, ofNormal + beta, 5e-5); // so without noise β_1 is missing; 5e-5: grid ends at 5
        assertTrue(beta > 0.02);
    }

    private static double mean(GaussianMixture law, ForwardProcess forward, double xt, int t) {
        return Prediction.EPSILON.mean(forward, xt, t, law.eps(forward, xt, t));
    }

    private static LineDensity grid(GaussianMixture law) {
        return LineDensity.of(law::density, -5, 5, 900);
    }
}
