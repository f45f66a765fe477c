package ddpm.loss;

import ddpm.Check;

/**
 * The last step p_θ(x_0 | x_1) as a law on the 256 values that a pixel can take. It makes the bound
 * a code length for real images. Ho et al. (2020), Eq. 13.
 *
 * <pre>p(x_0 | x_1) = Φ((x_0 + 1/255 - μ) / σ_1) - Φ((x_0 - 1/255 - μ) / σ_1)</pre>
 *
 * <p>The bin at -1 reaches to -∞ and the bin at 1 to +∞, so the 256 probabilities sum to 1. The
 * result stays right far from the mean, where the difference of the two Φ is 0 in floating point.
 */
public final class DiscreteDecoder {

    private static final int LAST_LEVEL = 255;

    private DiscreteDecoder() {}

    /**
     * The logarithm of the probability of one of the 256 levels.
     *
     * @param level the pixel as an integer, 0 to 255; it stands for x_0 = 2 level / 255 - 1
     * @param mean μ, the mean of the last step back
     * @param standardDeviation σ_1, positive
     * @return log p in nats, at most 0
     * @throws IllegalArgumentException if the level is outside [0, 255], the mean is not finite or
     *     the standard deviation is not positive and finite
     */
    public static double logProbability(int level, double mean, double standardDeviation) {
        Check.that(0 <= level && level <= LAST_LEVEL, "level must be in [0, 255], got %d", level);
        Check.that(Double.isFinite(mean), "mean must be finite, got %s", mean);
        Check.that(
                0 < standardDeviation && standardDeviation < Double.POSITIVE_INFINITY,
                "standardDeviation must be positive and finite, got %s",
                standardDeviation);
        double lower = level == 0 ? Double.NEGATIVE_INFINITY : edge(2 * level - 1);
        double upper = level == LAST_LEVEL ? Double.POSITIVE_INFINITY : edge(2 * level + 1);
        return NormalInterval.logProbability(
                (lower - mean) / standardDeviation, (upper - mean) / standardDeviation);
    }

    /**
     * The logarithm of the probability of a pixel in [-1, 1].
     *
     * @param x0 the pixel, one of the values 2k/255 - 1 up to the rounding of a float
     * @param mean μ, the mean of the last step back
     * @param standardDeviation σ_1, positive
     * @return log p in nats, at most 0
     * @throws IllegalArgumentException if x0 is none of the 256 values, the mean is not finite or
     *     the standard deviation is not positive and finite
     */
    public static double logProbability(double x0, double mean, double standardDeviation) {
        double position = (x0 + 1) * LAST_LEVEL / 2;
        long level = Math.round(position);
        Check.that(
                0 <= level && level <= LAST_LEVEL && Math.abs(position - level) < 1e-3,
                "x0 must be one of the 256 values 2k/255 - 1, got %s",
                x0);
        return logProbability((int) level, mean, standardDeviation);
    }

    /** The edge between two bins, counted in halves of a bin from -1. */
    private static double edge(int halfBins) {
        return (double) (halfBins - LAST_LEVEL) / LAST_LEVEL;
    }
}
