package ddpm.loss;

import ai.djl.ndarray.NDArray;

/**
 * What the network learns: the noise in a noisy image, ε_θ(x_t, t). A notebook cell can implement
 * it in one line. Ho et al. (2020), Eq. 11.
 */
@FunctionalInterface
public interface NoisePredictor {

    /**
     * Predicts the noise. The output may stand for another quantity (x_0, v): whoever uses the
     * predictor says so with a {@code Prediction}.
     *
     * @param xt noisy images (N, C, H, W)
     * @param t the step of each image, N integers in 1 … T
     * @return the prediction, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the length of t is not N
     */
    NDArray predict(NDArray xt, int[] t);
}
