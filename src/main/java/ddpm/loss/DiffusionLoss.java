package ddpm.loss;

import ai.djl.ndarray.NDArray;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;

/**
 * A loss for training. It draws nothing itself: steps and noise are arguments. Ho et al. (2020),
 * Algorithm 1, lines 2 to 5.
 */
@FunctionalInterface
public interface DiffusionLoss {

    /**
     * The loss of a batch.
     *
     * @param network the network; its raw output is compared with the target
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param t the step of each image, N integers in 1 … T
     * @param eps noise, drawn from N(0, I), shape of x0
     * @return the loss, a 0-d array attached to x0's manager. So are the arrays made on the way:
     *     call this with x0 attached to a manager of one training step
     * @throws IllegalArgumentException if the shapes differ, the batch is empty, the length of t is
     *     not N or a step is outside [1, T]
     */
    NDArray loss(NoisePredictor network, NDArray x0, int[] t, NDArray eps);

    /**
     * L_simple, the loss of the paper. Eq. 14, as a mean over images and dimensions.
     *
     * @param forward the forward process
     * @return the loss for a network that answers ε
     */
    static SquaredErrorLoss simple(ForwardProcess forward) {
        return new SquaredErrorLoss(forward, Prediction.EPSILON, LossWeight.SIMPLE);
    }
}
