package ddpm.training;

/** Is told of each training step. */
@FunctionalInterface
public interface TrainingListener {

    /**
     * A step is done.
     *
     * @param progress what happened
     */
    void onStep(Progress progress);

    /**
     * One step of training.
     *
     * @param step number of the step, from 1
     * @param lastStep number of the last step of this run
     * @param loss mean loss of the batch
     * @param gradientNorm Euclidean length of the gradient
     * @param images number of images in the batch
     */
    record Progress(long step, long lastStep, double loss, double gradientNorm, int images) {}
}
