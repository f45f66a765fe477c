package ddpm.training;

/** Is told of each training step. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * A step is done.
     *
     * @param step what happened
     */
    void onStep(Step step);

    /**
     * One step of training.
     *
     * @param number of the step, from 1
     * @param last number of the last step of this run
     * @param loss mean loss of the batch
     * @param gradientNorm Euclidean length of the gradient
     * @param images number of images in the batch
     */
    record Step(long number, long last, double loss, double gradientNorm, int images) {}
}
