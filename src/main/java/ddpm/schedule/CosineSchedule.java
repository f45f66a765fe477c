package ddpm.schedule;

import ddpm.Check;

/**
 * ᾱ_t falls like a squared cosine, so that x_t loses its signal slowly at both ends. Nichol and
 * Dhariwal (2021), Eq. 17.
 *
 * <pre>β_t = min(1 - f(t) / f(t - 1), 0.999),  f(t) = cos²((t/T + s) / (1 + s) · π/2)</pre>
 *
 * <p>Without the clip β_T would be 1. ᾱ is the product of the clipped 1 - β, so ᾱ_T is small but
 * not 0.
 *
 * @param steps number of steps T, at least 1
 * @param offset s, positive; keeps β_1 from being tiny
 */
public record CosineSchedule(int steps, double offset) implements NoiseSchedule {

    /** Nichol and Dhariwal (2021), Sec. 3.2, for T = 1000: s = 0.008. */
    public static final CosineSchedule IMPROVED_DDPM = new CosineSchedule(1000, 0.008);

    private static final double LARGEST_BETA = 0.999;

    /**
     * Checks the ranges.
     *
     * @param steps T, at least 1
     * @param offset s, positive
     */
    public CosineSchedule {
        Check.that(steps >= 1, "steps must be >= 1, got %d", steps);
        Check.that(
                0 < offset && offset < Double.POSITIVE_INFINITY,
                "offset must be positive and finite, got %s",
                offset);
    }

    /**
     * The schedule with the offset of the paper, s = 0.008.
     *
     * @param steps number of steps T, at least 1
     */
    public CosineSchedule(int steps) {
        this(steps, 0.008);
    }

    /** Uses cos²a - cos²b = sin(b - a) sin(b + a), so that nothing cancels where β is small. */
    @Override
    public double beta(int t) {
        checkStep(t);
        double before = angleToEnd(t - 1);
        double after = angleToEnd(t);
        double root = Math.sin(before);
        double ratio = Math.sin(before - after) * Math.sin(before + after) / (root * root);
        return Math.min(ratio, LARGEST_BETA);
    }

    /** π/2 minus the angle of the formula: f(t) is the squared sine of it, and it is 0 at T. */
    private double angleToEnd(int t) {
        return Math.PI / 2 * (steps - t) / (steps * (1 + offset));
    }
}
