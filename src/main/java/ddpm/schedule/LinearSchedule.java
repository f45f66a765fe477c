package ddpm.schedule;

import ddpm.Check;

/**
 * β_t grows linearly from {@code betaFirst} at t = 1 to {@code betaLast} at t = T.
 *
 * <pre>β_t = β_1 + (β_T - β_1) (t - 1) / (T - 1)</pre>
 *
 * @param steps number of steps T, at least 2
 * @param betaFirst β_1, in (0, 1)
 * @param betaLast β_T, in [β_1, 1)
 */
public record LinearSchedule(int steps, double betaFirst, double betaLast)
        implements NoiseSchedule {

    /** Ho et al. (2020), Sec. 4: T = 1000, β from 1e-4 to 0.02. */
    public static final LinearSchedule DDPM = new LinearSchedule(1000, 1e-4, 0.02);

    /**
     * Checks the ranges.
     *
     * @param steps T, at least 2
     * @param betaFirst β_1, in (0, 1)
     * @param betaLast β_T, in [β_1, 1)
     */
    public LinearSchedule {
        Check.that(steps >= 2, "steps must be >= 2, got %d", steps);
        Check.that(
                0 < betaFirst && betaFirst <= betaLast && betaLast < 1,
                "need 0 < betaFirst <= betaLast < 1, got %s and %s",
                betaFirst,
                betaLast);
    }

    /**
     * The setting of the paper for another number of steps: both ends are multiplied by 1000 / T,
     * so that about the same signal is left at T. Nichol and Dhariwal (2021), in their code.
     *
     * @param steps number of steps T, at least 21; with fewer, β_T would reach 1
     * @return the schedule with β from 0.1 / T to 20 / T
     * @throws IllegalArgumentException if there are 20 steps or fewer
     */
    public static LinearSchedule rescaled(int steps) {
        Check.that(
                steps > 20,
                "steps must be > 20, got %d: betaLast = 20 / steps must be below 1",
                steps);
        double factor = (double) DDPM.steps / steps;
        return new LinearSchedule(steps, DDPM.betaFirst * factor, DDPM.betaLast * factor);
    }

    @Override
    public double beta(int t) {
        checkStep(t);
        return betaFirst + (betaLast - betaFirst) * (t - 1) / (steps - 1);
    }
}
