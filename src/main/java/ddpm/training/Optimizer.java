package ddpm.training;

import ai.djl.ndarray.NDArray;

/** Changes the parameters, given their gradient. */
@FunctionalInterface
public interface Optimizer {

    /**
     * Makes one step.
     *
     * @param gradient float32 (P), in the order of the flat parameter buffer
     * @param learningRate the size of the step, positive
     */
    void step(NDArray gradient, double learningRate);
}
