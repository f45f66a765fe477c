package ddpm.sampling;

/** Sampling was interrupted. The model is as it was. */
public final class SamplingStopped extends RuntimeException {

    private static final long serialVersionUID = 1;

    SamplingStopped(int t) {
        super("sampling was interrupted at t = " + t + "; nothing is kept, the model is as it was");
    }
}
