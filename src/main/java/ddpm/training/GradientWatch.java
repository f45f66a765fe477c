package ddpm.training;

import ddpm.training.TrainingListener.Warning;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * Says when the gradient grows out of all proportion: the median of the last {@value #RECENT} norms
 * is compared with the calmest stretch of {@value #WINDOW} steps so far.
 *
 * <p>A median does not heed a single long gradient, which is common and which the trainer shortens.
 */
final class GradientWatch {

    static final int WINDOW = 50;
    static final int RECENT = 5;

    /** Healthy trainings of many schedules stayed below 4. */
    static final double LIMIT = 20;

    private final Deque<Double> norms = new ArrayDeque<>();
    private double calmest = Double.POSITIVE_INFINITY;

    /** Returns a warning if this step shows an explosion. */
    Optional<Warning> add(long step, double norm) {
        norms.addLast(norm);
        if (norms.size() < WINDOW) {
            return Optional.empty();
        }
        double[] window = norms.stream().mapToDouble(n -> n).toArray();
        norms.removeFirst();
        calmest = Math.min(calmest, median(window));
        double recent = median(Arrays.copyOfRange(window, WINDOW - RECENT, WINDOW));
        return recent > LIMIT * calmest && calmest > 0
                ? Optional.of(warning(step, recent))
                : Optional.empty();
    }

    private Warning warning(long step, double recent) {
        String what =
                String.format(
                        Locale.ROOT,
                        "The gradient explodes: at step %d its norm is %.3g, %.0f times that of"
                                + " calm steps before.",
                        step,
                        recent,
                        recent / calmest);
        return new Warning(
                step,
                what,
                "Lower the learning rate, lengthen the warm-up, and shorten gradients to norm 1.");
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
