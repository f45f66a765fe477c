package ddpm;

/** A computation was interrupted before its end, as the stop button of a notebook does. */
public final class WorkStopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    private WorkStopped(String what) {
        super(what + " was interrupted; nothing is lost, run it again when you like");
    }

    /**
     * Asks whether to stop. A loop that may take more than a second calls it in each round.
     *
     * @param what is being computed, as the begin of a sentence, such as "the measure"
     * @throws WorkStopped if the thread was interrupted; the interrupt is taken
     */
    public static void ifInterrupted(String what) {
        if (Thread.interrupted()) {
            throw new WorkStopped(what);
        }
    }
}
