package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ddpm.loss.NoisePredictor;
import java.util.random.RandomGenerator;

/** Turns noise into images. */
public interface Sampler {

    /**
     * Walks back from x_T to x_0.
     *
     * @param network predicts the noise
     * @param xT noise from N(0, I), (N, C, H, W); it stays open and unchanged
     * @param random where the noise of the steps comes from
     * @param listener is told of each step
     * @return images (N, C, H, W), mostly in [-1, 1], attached to the manager of xT
     * @throws SamplingStopped if the thread is interrupted
     */
    NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener);

    /**
     * Walks back from x_T to x_0, and tells nobody of the steps.
     *
     * @param network predicts the noise
     * @param xT noise from N(0, I), (N, C, H, W); it stays open and unchanged
     * @param random where the noise of the steps comes from
     * @return images (N, C, H, W), mostly in [-1, 1], attached to the manager of xT
     * @throws SamplingStopped if the thread is interrupted
     */
    default NDArray sample(NoisePredictor network, NDArray xT, RandomGenerator random) {
        return sample(network, xT, random, (t, x, x0) -> {});
    }
}
