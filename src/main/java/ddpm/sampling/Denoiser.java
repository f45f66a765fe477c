package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Prediction;
import java.util.Arrays;

/**
 * Turns a network's output into x̂_0 and ε̂, whatever the network was asked for.
 *
 * @param forward the forward process that is walked back
 * @param prediction what the network's output stands for
 * @param clipping whether x̂_0 is kept in [-1, 1]
 */
public record Denoiser(ForwardProcess forward, Prediction prediction, Clipping clipping) {

    /** What is done with x̂_0 outside the range of images. */
    public enum Clipping {
        /** x̂_0 is moved to the nearest number in [-1, 1]; for images. */
        TO_DATA_RANGE,
        /** x̂_0 stays as it is; for other data, and to follow the papers to the letter. */
        NONE
    }

    /**
     * For images, and a network that is asked for ε.
     *
     * @param forward the forward process that is walked back
     */
    public Denoiser(ForwardProcess forward) {
        this(forward, Prediction.EPSILON, Clipping.TO_DATA_RANGE);
    }

    /**
     * The same for a network that is asked for something else.
     *
     * @param other what the network's output stands for
     * @return the new denoiser
     */
    public Denoiser withPrediction(Prediction other) {
        return new Denoiser(forward, other, clipping);
    }

    /**
     * The same without clipping.
     *
     * @return the new denoiser
     */
    public Denoiser unclipped() {
        return new Denoiser(forward, prediction, Clipping.NONE);
    }

    /**
     * The clean images that the network expects. Ho et al. (2020), Eq. 15 for ε.
     *
     * @param network makes the prediction
     * @param xt noisy images (N, C, H, W)
     * @param t their step, 1 to T
     * @return x̂_0, shape of xt, attached to xt's manager
     */
    public NDArray x0(NoisePredictor network, NDArray xt, int t) {
        int[] steps = new int[(int) xt.getShape().get(0)];
        Arrays.fill(steps, t);
        NDArray x0 = prediction.x0(forward, xt, t, network.predict(xt, steps));
        return clipping == Clipping.NONE ? x0 : x0.clip(-1, 1);
    }

    /**
     * The noise that fits to x̂_0. Where x̂_0 was clipped this differs from the network's own ε; a
     * step that mixes the two would not stay on the way from x̂_0 to x_t.
     *
     * @param x0 clean images
     * @param xt noisy images, shape of x0
     * @param t their step, 1 to T
     * @return ε̂ = (x_t - √ᾱ_t x̂_0) / √(1 - ᾱ_t), attached to xt's manager
     */
    public NDArray eps(NDArray x0, NDArray xt, int t) {
        return Prediction.X0.eps(forward, xt, t, x0);
    }
}
