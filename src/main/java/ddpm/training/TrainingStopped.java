package ddpm.training;

/** Training stopped before its last step. The model keeps its weights and can be trained on. */
public final class TrainingStopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    /** Why it stopped. */
    public enum Reason {
        /** The thread was interrupted, as the stop button of a notebook does. */
        INTERRUPTED,
        /** The loss or the gradient is NaN or infinite. */
        NOT_FINITE
    }

    /** What stopped it. */
    private final Reason reason;

    TrainingStopped(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /**
     * Why it stopped.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
