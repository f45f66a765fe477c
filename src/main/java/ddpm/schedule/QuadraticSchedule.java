package ddpm.schedule;

import ddpm.Check;

/**
 * √β_t grows linearly from √β_1 to √β_T. Song, Meng and Ermon (2021, DDIM), in their code.
 *
 * <pre>β_t = (√β_1 + (√β_T - √β_1) (t - 1) / (T - 1))²</pre>
 *
 * @param steps number of steps T, at least 2
 * @param betaFirst β_1, in (0, 1)
 * @param betaLast β_T, in [β_1, 1)
 */
public record QuadraticSchedule(int steps, double betaFirst, double betaLast)
        implements NoiseSchedule {

    /**
     * Checks the ranges.
     *
     * @param steps T, at least 2
     * @param betaFirst β_1, in (0, 1)
     * @param betaLast β_T, in [β_1, 1)
     */
    public QuadraticSchedule {
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
        double first = Math.sqrt(betaFirst);
        double root = first + (Math.sqrt(betaLast) - first) * (t - 1) / (steps - 1);
        return root * root;
    }
}
