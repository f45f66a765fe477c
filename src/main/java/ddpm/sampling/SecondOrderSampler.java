package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.loss.NoisePredictor;
import java.util.random.RandomGenerator;

/**
 * DPM-Solver++(2M): follows the same path as DDIM with η = 0, but bends with it by looking at two
 * estimates of the image, so that 10 to 20 steps are enough. Lu et al. (2022), Alg. 2.
 *
 * <pre>λ_t = log(√ᾱ_t / √(1 - ᾱ_t)),  h = λ_s - λ_t,  r = h_before / h
 * D = (1 + 1/(2r)) x̂_0(t) - 1/(2r) x̂_0(before)
 * x_s = √(1 - ᾱ_s) / √(1 - ᾱ_t) · x_t - √ᾱ_s (e^{-h} - 1) D</pre>
 *
 * <p>The first step has no estimate before it, and for the last one h is infinite: both take D =
 * x̂_0(t). So does a step with r &lt; ½, that is, one more than twice as long as the step before: a
 * straight line through two estimates says nothing so far out. This is no part of Alg. 2; without
 * it ten uniform steps, the last of which is very long in λ, would be worse than DDIM. Lu et al.'s
 * code has a switch for the same purpose, which makes the last step one of first order.
 *
 * @param denoiser reads the network
 * @param steps the steps to visit
 */
public record SecondOrderSampler(Denoiser denoiser, StepSubset steps) implements Sampler {

    private static final double LARGEST_SHARE = 1; // r = ½

    /**
     * Checks that the schedule has the steps.
     *
     * @param denoiser reads the network
     * @param steps the steps to visit
     */
    public SecondOrderSampler {
        denoiser.forward().schedule().checkStep(steps.last());
    }

    @Override
    public NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        try (var memory = xT.getManager().newSubManager()) {
            Solver solver = new Solver(denoiser, network);
            return Walk.along(
                    xT,
                    steps.descendingToZero(),
                    (x, t, s) -> {
                        Walk.Moved moved = solver.step(x, t, s);
                        solver.before.attach(memory);
                        return moved;
                    },
                    listener);
        }
    }

    /** Remembers the estimate of the step before. */
    private static final class Solver {

        private final Denoiser denoiser;
        private final NoisePredictor network;
        private NDArray before;
        private double beforeH;

        Solver(Denoiser denoiser, NoisePredictor network) {
            this.denoiser = denoiser;
            this.network = network;
        }

        Walk.Moved step(NDArray x, int t, int s) {
            ForwardProcess forward = denoiser.forward();
            NDArray x0 = denoiser.x0(network, x, t);
            if (s == 0) {
                return new Walk.Moved(x0.duplicate(), remember(x0, 0));
            }
            double h = logRatio(forward, s) - logRatio(forward, t);
            NDArray aim = x0;
            double share = before == null ? 0 : h / (2 * beforeH); // 1 / (2r)
            if (0 < share && share <= LARGEST_SHARE) {
                aim = new LinearCombination(1 + share, -share).apply(x0, before);
            }
            var mix =
                    new LinearCombination(
                            forward.noiseScale(s) / forward.noiseScale(t),
                            -forward.signalScale(s) * Math.expm1(-h));
            NDArray next = mix.apply(x, aim);
            return new Walk.Moved(next, remember(x0, h));
        }

        private NDArray remember(NDArray x0, double h) {
            if (before != null) {
                before.close();
            }
            before = x0.duplicate();
            beforeH = h;
            return x0;
        }

        private static double logRatio(ForwardProcess forward, int t) {
            return Math.log(forward.signalScale(t) / forward.noiseScale(t));
        }
    }
}
