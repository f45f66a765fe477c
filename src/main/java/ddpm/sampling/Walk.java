package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.NoGradient;
import ddpm.TensorCheck;

/** The loop that all samplers share: one manager a step, no gradients, and the stop button. */
final class Walk {

    /** One step, from x_t to x_s with s &lt; t. */
    @FunctionalInterface
    interface Step {

        /** Returns x_s and x̂_0, attached to x_t's manager. */
        Moved from(NDArray xt, int t, int s);
    }

    /** Where a step leads, and the clean images that it aimed at. */
    record Moved(NDArray xs, NDArray x0) {}

    private Walk() {}

    /**
     * Walks along the times.
     *
     * @param start the images at the first time; they stay open and unchanged
     * @param times from the noise to the image, the last one is 0
     * @param step makes one step
     * @param listener is told of each step
     * @return the images at the last time, attached to start's manager
     */
    static NDArray along(NDArray start, int[] times, Step step, SamplingListener listener) {
        TensorCheck.batch("xT", start);
        return NoGradient.get(() -> walk(start, times, step, listener));
    }

    private static NDArray walk(NDArray start, int[] times, Step step, SamplingListener listener) {
        NDManager manager = start.getManager();
        NDArray x = start.duplicate();
        for (int i = 0; i + 1 < times.length; i++) {
            try (NDManager work = manager.newSubManager()) {
                x.attach(work); // freed with this step
                if (Thread.interrupted()) {
                    throw new SamplingStopped(times[i]);
                }
                Moved moved = step.from(x, times[i], times[i + 1]);
                listener.onStep(times[i + 1], moved.xs(), moved.x0());
                x = moved.xs();
                x.attach(manager);
            }
        }
        return x;
    }
}
