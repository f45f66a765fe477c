package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.NoGradient;
import ddpm.TensorCheck;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Samples p_θ(x_{t-1} | x_t) for t = T … 1. Ho et al. (2020), Algorithm 2.
 *
 * <pre>x_{t-1} = μ_θ(x_t, t) + σ_t z,   z ~ N(0, I) for t &gt; 1, z = 0 at t = 1</pre>
 *
 * <p>μ_θ is Eq. 7 with x̂_0 in the place of x_0. Without clipping this is the line of Algorithm 2;
 * with clipping x̂_0 is kept in the range of images, as the authors' code does.
 *
 * @param forward the forward process that is walked back
 * @param prediction what the network's output stands for
 * @param variance σ_t²
 * @param clipping whether x̂_0 is kept in [-1, 1]
 */
public record AncestralSampler(
        ForwardProcess forward, Prediction prediction, ReverseVariance variance, Clipping clipping)
        implements Sampler {

    /** What is done with x̂_0 outside the range of images. */
    public enum Clipping {
        /** x̂_0 is moved to the nearest number in [-1, 1]; for images. */
        TO_DATA_RANGE,
        /** x̂_0 stays as it is; for other data, and to follow Algorithm 2 to the letter. */
        NONE
    }

    /**
     * The sampler for images: the output is ε, σ_t² = β̃_t, clipped.
     *
     * @param forward the forward process that is walked back
     */
    public AncestralSampler(ForwardProcess forward) {
        this(forward, Prediction.EPSILON, ReverseVariance.POSTERIOR, Clipping.TO_DATA_RANGE);
    }

    /**
     * The same sampler for a network that is asked for something else.
     *
     * @param other what the network's output stands for
     * @return the new sampler
     */
    public AncestralSampler withPrediction(Prediction other) {
        return new AncestralSampler(forward, other, variance, clipping);
    }

    /**
     * The same sampler with another variance.
     *
     * @param other σ_t²
     * @return the new sampler
     */
    public AncestralSampler withVariance(ReverseVariance other) {
        return new AncestralSampler(forward, prediction, other, clipping);
    }

    @Override
    public NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        TensorCheck.batch("xT", xT);
        return NoGradient.get(() -> walk(network, xT, random, listener));
    }

    private NDArray walk(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        NDManager manager = xT.getManager();
        NDArray x = xT.duplicate();
        for (int t = forward.schedule().steps(); t >= 1; t--) {
            try (NDManager work = manager.newSubManager()) {
                x.attach(work); // freed with this step
                if (Thread.interrupted()) {
                    throw new SamplingStopped(t);
                }
                x = step(network, x, t, random, listener);
                x.attach(manager);
            }
        }
        return x;
    }

    private NDArray step(
            NoisePredictor network,
            NDArray x,
            int t,
            RandomGenerator random,
            SamplingListener listener) {
        int[] steps = new int[(int) x.getShape().get(0)];
        Arrays.fill(steps, t);
        NDArray x0 = prediction.x0(forward, x, t, network.predict(x, steps));
        if (clipping == Clipping.TO_DATA_RANGE) {
            x0 = x0.clip(-1, 1);
        }
        NDArray next = new Posterior(forward.schedule()).mean(x0, x, t);
        if (t > 1) {
            double sigma = Math.sqrt(variance.variance(forward.schedule(), t));
            NDArray z = Tensors.normal(x.getManager(), x.getShape(), random);
            next = new LinearCombination(1, sigma).apply(next, z);
        }
        listener.onStep(t - 1, next, x0);
        return next;
    }
}
