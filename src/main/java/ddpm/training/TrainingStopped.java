package ddpm.training;

/** Training stopped before its last step. The model keeps its weights and can be trained on. */
public final class TrainingStopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    TrainingStopped(String message) {
        super(message);
    }
}
