package ddpm.training;

import ai.djl.ndarray.NDArray;

/** What training makes small. */
@FunctionalInterface
public interface Objective {

    /**
     * The loss of a batch.
     *
     * @param batch the data, on the model's device; the loss makes its arrays with its manager
     * @param draws the random numbers of this step
     * @return the mean loss, shape (), attached to the manager of the batch
     */
    NDArray loss(NDArray batch, Draws draws);
}
