package ddpm.reference;

import java.util.Arrays;

/**
 * Statistics of a sample, in standard errors of what they are compared with.
 *
 * <p>{@link #THRESHOLD} is 5 standard errors: one comparison of correct code fails once in 1.7
 * million fresh seeds, two comparisons once in 870 000.
 */
public record Moments(int n, double mean, double variance) {

    public static final double THRESHOLD = 5;

    public static Moments of(double[] sample) {
        double mean = Arrays.stream(sample).average().orElseThrow();
        double squares = Arrays.stream(sample).map(x -> (x - mean) * (x - mean)).sum();
        return new Moments(sample.length, mean, squares / (sample.length - 1));
    }

    /** The larger of the two distances from N(mean, variance), in standard errors. */
    public double distanceFromNormal(double trueMean, double trueVariance) {
        double ofMean = Math.abs(mean - trueMean) / Math.sqrt(trueVariance / n);
        double ofVariance = Math.abs(variance - trueVariance) / (trueVariance * Math.sqrt(2.0 / n));
        return Math.max(ofMean, ofVariance);
    }

    /** The distance of the mean from its true value, in standard errors that the sample tells. */
    public double distanceOfMean(double trueMean) {
        return Math.abs(mean - trueMean) / Math.sqrt(variance / n);
    }

    /** The correlation of two samples times √n: standard normal if they are independent. */
    public static double correlation(double[] x, double[] y) {
        Moments ofX = of(x);
        Moments ofY = of(y);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - ofX.mean) * (y[i] - ofY.mean);
        }
        return sum / x.length / Math.sqrt(ofX.variance * ofY.variance) * Math.sqrt(x.length);
    }

    /** log N(x; mean, variance). */
    public static double logNormal(double x, double mean, double variance) {
        double z = x - mean;
        return -z * z / (2 * variance) - Math.log(2 * Math.PI * variance) / 2;
    }
}
