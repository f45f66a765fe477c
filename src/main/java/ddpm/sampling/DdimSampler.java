package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.loss.NoisePredictor;
import ddpm.schedule.NoiseSchedule;
import java.util.random.RandomGenerator;

/**
 * Walks back over a subset of the steps, with as much fresh noise as wanted. Song et al. (2021),
 * Eq. 12 and 16.
 *
 * <pre>x_s = √ᾱ_s x̂_0 + √(1 - ᾱ_s - σ²) ε̂ + σ z,
 * σ² = η² (1 - ᾱ_s) / (1 - ᾱ_t) · (1 - ᾱ_t / ᾱ_s)</pre>
 *
 * <p>With η = 1 and all steps this is the ancestral sampler with β̃_t; with η = 0 the noise x_T
 * alone decides the image.
 *
 * @param denoiser reads the network
 * @param steps the steps to visit
 * @param eta η, in [0, 1]
 */
public record DdimSampler(Denoiser denoiser, StepSubset steps, double eta) implements Sampler {

    /**
     * Checks the ranges.
     *
     * @param denoiser reads the network
     * @param steps the steps to visit
     * @param eta η, in [0, 1]
     */
    public DdimSampler {
        Check.that(0 <= eta && eta <= 1, "eta must be in [0, 1], got %s", eta);
        denoiser.forward().schedule().checkStep(steps.last());
    }

    /**
     * The standard deviation σ of the fresh noise in a step from t to s.
     *
     * @param t step, 1 to T
     * @param s the step that is reached, 0 to t - 1
     * @return σ, at least 0; 0 for s = 0
     */
    public double sigma(int t, int s) {
        NoiseSchedule schedule = denoiser.forward().schedule();
        double noise = schedule.oneMinusAlphaBar(t);
        double earlier = schedule.oneMinusAlphaBar(s);
        double added = (noise - earlier) / schedule.alphaBar(s); // 1 - ᾱ_t / ᾱ_s, from like signs
        return eta * Math.sqrt(earlier / noise * added);
    }

    @Override
    public NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        return Walk.along(
                xT,
                steps.descendingToZero(),
                (x, t, s) -> {
                    NDArray x0 = denoiser.x0(network, x, t);
                    NDArray next = towards(x0, x, t, s);
                    double sigma = sigma(t, s);
                    if (sigma > 0) {
                        NDArray z = Tensors.normal(x.getManager(), x.getShape(), random);
                        next = new LinearCombination(1, sigma).apply(next, z);
                    }
                    return new Walk.Moved(next, x0);
                },
                listener);
    }

    private NDArray towards(NDArray x0, NDArray x, int t, int s) {
        ForwardProcess forward = denoiser.forward();
        double sigma = sigma(t, s);
        double left = Math.max(0, forward.schedule().oneMinusAlphaBar(s) - sigma * sigma);
        var mix = new LinearCombination(forward.signalScale(s), Math.sqrt(left));
        return mix.apply(x0, denoiser.eps(x0, x, t));
    }

    /**
     * The noise that η = 0 turns into the given images: the same walk the other way round. Encoded
     * and decoded images differ from the given ones by an error of order 1 in the step length. The
     * first step asks the network at τ_1, because no network knows t = 0.
     *
     * @param network predicts the noise
     * @param x0 clean images (N, C, H, W); they stay open and unchanged
     * @return images at step τ_S, attached to x0's manager
     * @throws SamplingStopped if the thread is interrupted
     */
    public NDArray encode(NoisePredictor network, NDArray x0) {
        int[] down = steps.descendingToZero();
        int[] up = new int[down.length];
        for (int i = 0; i < up.length; i++) {
            up[i] = down[up.length - 1 - i];
        }
        ForwardProcess forward = denoiser.forward();
        return Walk.along(
                x0,
                up,
                (x, s, t) -> {
                    int asked = Math.max(s, up[1]);
                    NDArray clean = denoiser.x0(network, x, asked);
                    var mix = new LinearCombination(forward.signalScale(t), forward.noiseScale(t));
                    NDArray eps = denoiser.eps(clean, x, asked);
                    return new Walk.Moved(mix.apply(clean, eps), clean);
                },
                (t, x, clean) -> {});
    }
}
