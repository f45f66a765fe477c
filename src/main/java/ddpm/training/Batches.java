package ddpm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Where training data comes from. */
@FunctionalInterface
public interface Batches {

    /**
     * The batch of a step; the same step gives the same batch.
     *
     * @param manager owns the result, and names the device
     * @param step step of the training, from 1
     * @return float32 (N, C, H, W), values in [-1, 1]
     */
    NDArray at(NDManager manager, long step);
}
