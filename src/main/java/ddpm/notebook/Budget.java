package ddpm.notebook;

import java.util.Arrays;
import java.util.Locale;

/**
 * How much work a notebook may do. The environment variable {@code DDPM_BUDGET} chooses: {@code
 * small} for a run of minutes that only shows that all works, {@code full} for good results on a
 * laptop, {@code gpu} for the paper's scale. Without it the budget is full.
 */
public enum Budget {
    /** Minutes for all notebooks: the machine that checks them. */
    SMALL,
    /** Good results on a laptop's processor. */
    FULL,
    /** The paper's scale, on a graphics card. */
    GPU;

    private static final String VARIABLE = "DDPM_BUDGET";

    /**
     * The budget of this run.
     *
     * @return what {@code DDPM_BUDGET} says, FULL if it is not set
     * @throws IllegalArgumentException if it says something else
     */
    public static Budget current() {
        String name = System.getenv(VARIABLE);
        return name == null || name.isBlank() ? FULL : parse(name);
    }

    static Budget parse(String name) {
        return Arrays.stream(values())
                .filter(budget -> budget.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        VARIABLE
                                                + " must be small, full or gpu, got \""
                                                + name
                                                + "\""));
    }

    /**
     * Picks the value for this budget.
     *
     * @param small for SMALL
     * @param full for FULL
     * @param gpu for GPU
     * @param <T> any type
     * @return one of the three
     */
    public <T> T pick(T small, T full, T gpu) {
        return switch (this) {
            case SMALL -> small;
            case FULL -> full;
            case GPU -> gpu;
        };
    }
}
