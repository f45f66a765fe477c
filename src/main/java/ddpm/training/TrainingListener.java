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
     * Something looks wrong, but the training goes on. Nothing is done unless this is overridden.
     *
     * @param warning what is wrong and what to try
     */
    default void onWarning(Warning warning) {}

    /**
     * The training stops before its last step. Nothing is done unless this is overridden; the
     * exception is thrown all the same.
     *
     * @param why what is thrown
     */
    default void onStop(TrainingStopped why) {}

    /**
     * Tells two listeners.
     *
     * @param other is told second
     * @return a listener that passes everything on to both
     */
    default TrainingListener and(TrainingListener other) {
        TrainingListener first = this;
        return new TrainingListener() {
            @Override
            public void onStep(Step step) {
                first.onStep(step);
                other.onStep(step);
            }

            @Override
            public void onWarning(Warning warning) {
                first.onWarning(warning);
                other.onWarning(warning);
            }

            @Override
            public void onStop(TrainingStopped why) {
                first.onStop(why);
                other.onStop(why);
            }
        };
    }

    /**
     * One step of training.
     *
     * @param number of the step, from 1
     * @param last number of the last step of this run
     * @param loss mean loss of the batch
     * @param gradientNorm Euclidean length of the gradient, before it is shortened
     * @param images number of images in the batch
     */
    record Step(long number, long last, double loss, double gradientNorm, int images) {}

    /**
     * Something that looks wrong.
     *
     * @param step number of the step where it was seen
     * @param what is wrong, one sentence
     * @param whatToTry one sentence
     */
    record Warning(long step, String what, String whatToTry) {

        /** {@return both sentences in one line} */
        @Override
        public String toString() {
            return "⚠ " + what + " " + whatToTry;
        }
    }
}
