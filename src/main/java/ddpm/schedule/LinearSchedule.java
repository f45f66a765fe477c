package ddpm.schedule;

import ddpm.Check;

/**
 * β_t grows linearly from {@code betaFirst} at t = 1 to {@code betaLast} at t = T.
 *
 * @param steps number of steps T, at least 2
 * @param betaFirst β_1, in (0, 1)
 * @param betaLast β_T, in [β_1, 1)
 */
public record LinearSchedule(int steps, double betaFirst, double betaLast) implements NoiseSchedule {

    /** Ho et al. (2020), Sec. 4: T = 1000, β from 1e-4 to 0.02. */
    public static final LinearSchedule DDPM = new LinearSchedule(1000, 1e-4, 0.02);

    /** Checks the ranges. */
    public LinearSchedule {
        Check.that(steps >= 2, "steps must be >= 2, got %d", steps);
        Check.that(
                0 < betaFirst && betaFirst <= betaLast && betaLast < 1,
                "need 0 < betaFirst <= betaLast < 1, got %s and %s",
                betaFirst,
                betaLast);
    }

    @Override
    public double beta(int t) {
        checkStep(t);
        return betaFirst + (betaLast - betaFirst) * (t - 1) / (steps - 1);
    }
}
