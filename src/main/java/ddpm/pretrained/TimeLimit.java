package ddpm.pretrained;

import ddpm.Check;
import ddpm.training.Batches;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/** Some minutes for a training. They begin when this object is made. */
final class TimeLimit {

    private static final int MOST_TRIALS = 100; // steps
    private static final int LEAST_TRIALS = 3;
    private static final double SHARE_OF_TRIALS = 0.1; // of the minutes

    private final LongSupplier nanoTime;
    private final long start;
    private final double seconds;

    /**
     * Starts the clock.
     *
     * @param minutes positive and finite
     * @param nanoTime the clock, such as {@code System::nanoTime}
     */
    TimeLimit(double minutes, LongSupplier nanoTime) {
        Check.that(
                0 < minutes && minutes < Double.POSITIVE_INFINITY,
                "the minutes must be positive and finite, got %s",
                minutes);
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.seconds = 60 * minutes;
    }

    /** Seconds since the start. */
    double used() {
        return (nanoTime.getAsLong() - start) / 1e9;
    }

    /** Seconds until the end, negative after it. */
    double left() {
        return seconds - used();
    }

    /**
     * The median seconds of a step, without the first ones: a program that has just begun is slow.
     * The steps that tell it belong to the minutes; give it a training that is thrown away.
     */
    double secondsOfAStep(Training trial) {
        Batches batches = trial.recipe().batches(Training.SEED_OF_ORDER);
        List<Double> all = new ArrayList<>();
        double begin = used();
        double end = begin + SHARE_OF_TRIALS * seconds;
        while (all.size() < LEAST_TRIALS || (all.size() < MOST_TRIALS && begin < end)) {
            trial.trainer().run(1, batches, step -> {});
            double now = used();
            all.add(now - begin);
            begin = now;
        }
        List<Double> later = all.subList(all.size() / 2, all.size());
        Collections.sort(later);
        return later.get(later.size() / 2);
    }

    /** How many steps of that length fit into what is left, at least 1. */
    int steps(double secondsOfAStep) {
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, left() / secondsOfAStep));
    }
}
