package ddpm.schedule;

import ddpm.Check;

/**
 * ᾱ_t falls like a logistic curve. Jabri, Fleet and Chen (2022), "Scalable Adaptive Computation for
 * Iterative Generation"; Chen (2023), "On the Importance of Noise Scheduling", Algorithm 1.
 *
 * <pre>
 * β_t = min(1 - g(t) / g(t - 1), 0.999),  g(t) = S(end / τ) - S((start + (end - start) t/T) / τ)
 * </pre>
 *
 * <p>S(z) = 1 / (1 + e^-z). Another schedule of the same name, in the code of DDIM, lets β itself
 * follow a logistic curve from β_1 to β_T; this class is not that one.
 *
 * @param steps number of steps T, at least 1
 * @param start where on the curve t = 0 lies
 * @param end where on the curve t = T lies, above start
 * @param temperature τ, positive; a larger one makes ᾱ_t straighter
 */
public record SigmoidSchedule(int steps, double start, double end, double temperature)
        implements NoiseSchedule {

    private static final double LARGEST_BETA = 0.999;

    /**
     * Checks the ranges.
     *
     * @param steps T, at least 1
     * @param start where t = 0 lies
     * @param end where t = T lies, above start
     * @param temperature τ, positive
     */
    public SigmoidSchedule {
        Check.that(steps >= 1, "steps must be >= 1, got %d", steps);
        Check.that(
                Double.NEGATIVE_INFINITY < start && start < end && end < Double.POSITIVE_INFINITY,
                "need finite start < end, got %s and %s",
                start,
                end);
        Check.that(
                0 < temperature && temperature < Double.POSITIVE_INFINITY,
                "temperature must be positive and finite, got %s",
                temperature);
        Check.that(
                Math.max(-start, end) <= 100 * temperature,
                "start and end must be within 100 temperatures (%s) of 0, got %s and %s",
                temperature,
                start,
                end);
    }

    /**
     * The schedule with the defaults of the papers: start = -3, end = 3, τ = 1.
     *
     * @param steps number of steps T, at least 1
     */
    public SigmoidSchedule(int steps) {
        this(steps, -3, 3, 1);
    }

    /**
     * Uses S(b) - S(a) = sinh((b - a)/2) / (2 cosh(a/2) cosh(b/2)), so that nothing cancels where β
     * is small.
     */
    @Override
    public double beta(int t) {
        checkStep(t);
        double oneStep = (end - start) / steps / temperature;
        double after = end / temperature - oneStep * (steps - t);
        double ratio =
                Math.sinh(oneStep / 2)
                        / Math.sinh(oneStep * (steps - t + 1) / 2)
                        * Math.cosh(end / temperature / 2)
                        / Math.cosh(after / 2);
        return Math.min(ratio, LARGEST_BETA);
    }
}
