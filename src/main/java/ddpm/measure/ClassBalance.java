package ddpm.measure;

import ddpm.Check;
import ddpm.data.ImageSet;
import java.util.Arrays;

/**
 * Does a model draw all digits equally often? The share of each class that the classifier reads,
 * and how far the shares are from the true ones.
 */
public final class ClassBalance {

    private ClassBalance() {}

    /**
     * The share of each class.
     *
     * @param reading what the classifier read
     * @return a share for each class; they sum to 1
     */
    public static double[] shares(Reading reading) {
        return shares(reading, Resamples.once(reading.count()));
    }

    /** The share of each class, if each image counts as often as it is said here. */
    static double[] shares(Reading reading, double[] counts) {
        double[] shares = new double[reading.classes()];
        for (int i = 0; i < reading.count(); i++) {
            shares[reading.label(i)] += counts[i] / reading.count();
        }
        return shares;
    }

    /**
     * The share of each label.
     *
     * @param images labelled images
     * @param classes how many classes there are; all labels are below
     * @return a share for each class; they sum to 1
     */
    public static double[] shares(ImageSet images, int classes) {
        double[] shares = new double[classes];
        for (int i = 0; i < images.size(); i++) {
            shares[images.label(i)] += 1.0 / images.size();
        }
        return shares;
    }

    /**
     * The Kullback-Leibler divergence of two lists of shares. Cover and Thomas (2006), Eq. 2.26.
     *
     * <pre>KL(p ‖ q) = Σ_k p_k log₂(p_k / q_k)</pre>
     *
     * <p>With n samples of the right balance it is about (K - 1) / (2 n log 2) on average, and not
     * 0.
     *
     * @param p shares of the samples, at least 0, with sum 1
     * @param q true shares, positive, with sum 1
     * @return the divergence in bits, at least 0
     * @throws IllegalArgumentException if the lengths differ or a share is outside its range
     */
    public static double divergence(double[] p, double[] q) {
        Check.that(p.length == q.length, "%d shares but %d true ones", p.length, q.length);
        checkSum(p);
        checkSum(q);
        double bits = 0;
        for (int k = 0; k < p.length; k++) {
            Check.that(p[k] >= 0, "shares must be >= 0, got %s", p[k]);
            Check.that(q[k] > 0, "true shares must be positive, got %s", q[k]);
            bits += p[k] > 0 ? p[k] * Math.log(p[k] / q[k]) / Math.log(2) : 0;
        }
        return bits;
    }

    private static void checkSum(double[] shares) {
        double sum = Arrays.stream(shares).sum();
        Check.that(Math.abs(sum - 1) < 1e-9, "shares must sum to 1, got %s", sum);
    }
}
