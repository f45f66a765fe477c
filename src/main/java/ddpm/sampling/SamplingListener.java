package ddpm.sampling;

import ai.djl.ndarray.NDArray;

/** Is told of each step of a sampler. */
@FunctionalInterface
public interface SamplingListener {

    /**
     * A step is done. The arrays live during the call alone: copy what you keep.
     *
     * @param t the step that is reached, T - 1 … 0
     * @param xt the images at that step
     * @param x0 the clean images that the network expects, seen from the step before
     */
    void onStep(int t, NDArray xt, NDArray x0);

    /**
     * Tells two listeners.
     *
     * @param other is told second
     * @return a listener that passes every step on to both
     */
    default SamplingListener and(SamplingListener other) {
        return (t, xt, x0) -> {
            onStep(t, xt, x0);
            other.onStep(t, xt, x0);
        };
    }
}
