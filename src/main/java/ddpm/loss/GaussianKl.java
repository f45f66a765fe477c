package ddpm.loss;

import ddpm.Check;

/** The Kullback-Leibler divergence of two Gaussians, in nats. */
public final class GaussianKl {

    private GaussianKl() {}

    /**
     * KL(N(m1, v1) ‖ N(m2, v2)) on the line.
     *
     * <pre>KL = ½ (v1/v2 - 1 - log(v1/v2) + (m1 - m2)² / v2)</pre>
     *
     * @param mean1 m1
     * @param variance1 v1, positive
     * @param mean2 m2
     * @param variance2 v2, positive
     * @return the divergence in nats, at least 0; 0 if the two are the same
     * @throws IllegalArgumentException if a mean is not finite or a variance not positive and
     *     finite
     */
    public static double between(double mean1, double variance1, double mean2, double variance2) {
        Check.that(
                Double.isFinite(mean1) && Double.isFinite(mean2),
                "means must be finite, got %s and %s",
                mean1,
                mean2);
        double difference = mean1 - mean2;
        return isotropic(difference * difference, 1, variance1, variance2);
    }

    /**
     * KL(N(m1, v1 I) ‖ N(m2, v2 I)) in D dimensions.
     *
     * <pre>KL = ½ (D (v1/v2 - 1 - log(v1/v2)) + ‖m1 - m2‖² / v2)</pre>
     *
     * @param squaredDistance ‖m1 - m2‖², at least 0
     * @param dimensions D, at least 1
     * @param variance1 v1, positive
     * @param variance2 v2, positive
     * @return the divergence in nats, at least 0
     * @throws IllegalArgumentException if a value is outside its range or not finite
     */
    public static double isotropic(
            double squaredDistance, long dimensions, double variance1, double variance2) {
        Check.that(
                0 <= squaredDistance && squaredDistance < Double.POSITIVE_INFINITY,
                "squaredDistance must be >= 0 and finite, got %s",
                squaredDistance);
        Check.that(dimensions >= 1, "dimensions must be >= 1, got %d", dimensions);
        Check.that(isPositive(variance1), "variance1 must be positive, got %s", variance1);
        Check.that(isPositive(variance2), "variance2 must be positive, got %s", variance2);
        double ratio = variance1 / variance2;
        double ofVariances = ofVariances(ratio, (variance1 - variance2) / variance2);
        return dimensions * ofVariances + squaredDistance / variance2 / 2;
    }

    /**
     * The part of the divergence that comes from the variances, ½ (v1/v2 - 1 - log(v1/v2)).
     *
     * @param ratio v1/v2
     * @param excess v1/v2 - 1, from the caller, who knows it without a loss of digits
     */
    static double ofVariances(double ratio, double excess) {
        if (Math.abs(excess) > 0.1) {
            return (excess - Math.log(ratio)) / 2;
        }
        double sum = 0; // r²/2 - r³/3 + r⁴/4 - …, by Horner's rule, so that nothing cancels
        for (int k = 16; k >= 2; k--) {
            sum = 1.0 / k - excess * sum;
        }
        return excess * excess * sum / 2;
    }

    private static boolean isPositive(double variance) {
        return 0 < variance && variance < Double.POSITIVE_INFINITY;
    }
}
