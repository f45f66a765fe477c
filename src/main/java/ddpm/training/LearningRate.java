package ddpm.training;

import ddpm.Check;

/** The size of each optimiser step. */
@FunctionalInterface
public interface LearningRate {

    /**
     * The learning rate of a step.
     *
     * @param step step of the training, from 1
     * @return a positive number
     */
    double at(long step);

    /**
     * Always the same.
     *
     * @param rate positive and finite
     * @return the rule
     */
    static LearningRate constant(double rate) {
        Check.that(0 < rate && rate < 1, "the learning rate must be in (0, 1), got %s", rate);
        return step -> rate;
    }

    /**
     * The same, but it grows linearly from nearly 0 over the first steps.
     *
     * @param steps length of the warm-up, at least 1
     * @return the rule
     */
    default LearningRate withWarmUp(long steps) {
        Check.that(steps >= 1, "warm-up must be >= 1 step, got %d", steps);
        return step -> at(step) * Math.min(1.0, (double) step / steps);
    }

    /**
     * The same, but it falls to nearly 0 along half a cosine. Loshchilov and Hutter (2017), Eq. 5.
     *
     * @param steps length of the training, at least 1; beyond it the rate stays at its last value
     * @return the rule
     */
    default LearningRate withCosineDecay(long steps) {
        Check.that(steps >= 1, "decay must be >= 1 step, got %d", steps);
        return step -> {
            double done = Math.min(1.0, (step - 1.0) / steps);
            return at(step) * Math.max(1e-3, (1 + Math.cos(Math.PI * done)) / 2);
        };
    }
}
