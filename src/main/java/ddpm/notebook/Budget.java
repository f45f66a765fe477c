package ddpm.notebook;

import ddpm.Check;
import ddpm.pretrained.Recipe;
import java.nio.file.Path;
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
    private static final String CIFAR10_FOLDER = "DDPM_CIFAR10";

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

    /**
     * A first training run that fits this budget. Small and full train on MNIST on two processor
     * cores; gpu trains the paper's network as {@link Recipe#cifar10} says, on the folder that the
     * environment variable {@code DDPM_CIFAR10} names.
     *
     * @return the recipe
     * @throws IllegalArgumentException if the budget is gpu and the variable is not set
     */
    public Recipe recipe() {
        return switch (this) {
            case SMALL -> Recipe.mnist(32, 1000, 0.995);
            case FULL -> Recipe.mnist(64, 4000, 0.995);
            case GPU -> Recipe.cifar10(cifar10Folder());
        };
    }

    private static Path cifar10Folder() {
        String folder = System.getenv(CIFAR10_FOLDER);
        Check.that(
                folder != null && !folder.isBlank(),
                "the gpu budget trains on CIFAR-10: set %s to the folder that holds"
                        + " data_batch_1.bin … data_batch_5.bin; it is not set",
                CIFAR10_FOLDER);
        return Path.of(folder);
    }
}
