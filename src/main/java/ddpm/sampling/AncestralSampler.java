package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.schedule.NoiseSchedule;
import java.util.random.RandomGenerator;

/**
 * Samples p_θ(x_{t-1} | x_t) for t = T … 1. Ho et al. (2020), Algorithm 2.
 *
 * <pre>x_{t-1} = μ_θ(x_t, t) + σ_t z,   z ~ N(0, I) for t &gt; 1, z = 0 at t = 1</pre>
 *
 * <p>μ_θ is Eq. 7 with x̂_0 in the place of x_0. Without clipping this is the line of Algorithm 2;
 * with clipping x̂_0 is kept in the range of images, as the authors' code does.
 *
 * @param denoiser reads the network
 * @param variance σ_t²
 */
public record AncestralSampler(Denoiser denoiser, ReverseVariance variance) implements Sampler {

    /**
     * The sampler for images: the output is ε, σ_t² = β̃_t, clipped.
     *
     * @param forward the forward process that is walked back
     */
    public AncestralSampler(ForwardProcess forward) {
        this(new Denoiser(forward), ReverseVariance.POSTERIOR);
    }

    /**
     * The same sampler for a network that is asked for something else.
     *
     * @param other what the network's output stands for
     * @return the new sampler
     */
    public AncestralSampler withPrediction(Prediction other) {
        return new AncestralSampler(denoiser.withPrediction(other), variance);
    }

    /**
     * The same sampler with another variance.
     *
     * @param other σ_t²
     * @return the new sampler
     */
    public AncestralSampler withVariance(ReverseVariance other) {
        return new AncestralSampler(denoiser, other);
    }

    /**
     * The same sampler without clipping.
     *
     * @return the new sampler
     */
    public AncestralSampler unclipped() {
        return new AncestralSampler(denoiser.unclipped(), variance);
    }

    @Override
    public NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        int[] all = StepSubset.all(denoiser.forward().schedule().steps()).descendingToZero();
        return Walk.along(xT, all, (x, t, s) -> step(network, x, t, random), listener);
    }

    private Walk.Moved step(NoisePredictor network, NDArray x, int t, RandomGenerator random) {
        NoiseSchedule schedule = denoiser.forward().schedule();
        NDArray x0 = denoiser.x0(network, x, t);
        NDArray next = new Posterior(schedule).mean(x0, x, t);
        if (t > 1) {
            double sigma = Math.sqrt(variance.variance(schedule, t));
            NDArray z = Tensors.normal(x.getManager(), x.getShape(), random);
            next = new LinearCombination(1, sigma).apply(next, z);
        }
        return new Walk.Moved(next, x0);
    }
}
