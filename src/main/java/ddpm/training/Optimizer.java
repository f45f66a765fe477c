package ddpm.training;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.network.Weights;

/** Changes the parameters, given their gradient; its state can be saved and restored. */
public abstract sealed class Optimizer permits AdamW, Muon {

    final Weights weights;

    Optimizer(Weights weights) {
        this.weights = weights;
    }

    /**
     * Makes one step.
     *
     * @param gradient float32 (P), in the order of the flat parameter buffer; stays as it is
     * @param learningRate the size of the step, positive and finite
     */
    public final void step(NDArray gradient, double learningRate) {
        Check.that(
                gradient.getShape().equals(weights.flat().getShape()),
                "the gradient is %s but the weights are %s",
                gradient.getShape(),
                weights.flat().getShape());
        Check.that(
                0 < learningRate && learningRate < Double.POSITIVE_INFINITY,
                "the learning rate must be positive and finite, got %s",
                learningRate);
        move(gradient, learningRate);
    }

    abstract void move(NDArray gradient, double learningRate);

    /** The mean gradient m, float32 (P). */
    abstract float[] first();

    /** The mean square v whose root m is compared with, float32 (P). */
    abstract float[] second();

    /** The number of steps, as libtorch counts it: in float32. */
    abstract float count();

    /** Goes on from the state of another optimiser of the same kind. */
    abstract void restore(float[] newFirst, float[] newSecond, float newCount);
}
