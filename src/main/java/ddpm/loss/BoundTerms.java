package ddpm.loss;

import ddpm.Check;
import java.util.Locale;

/**
 * The terms L_0 … L_T of the variational bound of one image, or their mean over images. Ho et al.
 * (2020), Eq. 5.
 */
public final class BoundTerms {

    private final double[] nats;
    private final long dimensions;

    /**
     * Terms that were computed.
     *
     * @param dimensions numbers in an image, C H W
     * @param nats L_0, L_1 … L_T of an image; copied
     * @throws IllegalArgumentException if there are fewer than two terms, or one is NaN
     */
    public BoundTerms(long dimensions, double... nats) {
        Check.that(dimensions >= 1, "dimensions must be >= 1, got %d", dimensions);
        Check.that(nats.length >= 2, "need the terms L_0 to L_T, got %d", nats.length);
        for (int i = 0; i < nats.length; i++) {
            Check.that(!Double.isNaN(nats[i]), "L_%d must be a number, got %s", i, nats[i]);
        }
        this.dimensions = dimensions;
        this.nats = nats.clone();
    }

    /**
     * The number of steps T.
     *
     * @return T
     */
    public int steps() {
        return nats.length - 1;
    }

    /**
     * One term of an image, in nats.
     *
     * @param index i: 0 for the decoder, T for the prior, t - 1 for step t between them
     * @return L_i
     * @throws IllegalArgumentException if the index is outside [0, T]
     */
    public double nats(int index) {
        Check.that(
                0 <= index && index <= steps(), "index must be in [0, %d], got %d", steps(), index);
        return nats[index];
    }

    /**
     * One term in bits per dimension.
     *
     * @param index i, 0 to T
     * @return L_i / (D log 2)
     * @throws IllegalArgumentException if the index is outside [0, T]
     */
    public double bitsPerDimension(int index) {
        return toBits(nats(index) / dimensions);
    }

    /**
     * The whole bound of an image, in nats.
     *
     * @return L_0 + … + L_T
     */
    public double nats() {
        double sum = 0;
        for (double term : nats) {
            sum += term;
        }
        return sum;
    }

    /**
     * The whole bound in bits per dimension: how long an image is in the code that the model
     * defines.
     *
     * @return L / (D log 2)
     */
    public double bitsPerDimension() {
        return toBits(nats() / dimensions);
    }

    /**
     * Nats as bits.
     *
     * @param nats a number of nats
     * @return the same in bits
     */
    public static double toBits(double nats) {
        return nats / Math.log(2);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.4f bits/dim: L_0 %.4f, L_1 to L_%d %.4f, L_%d %.2e",
                bitsPerDimension(),
                bitsPerDimension(0),
                steps() - 1,
                bitsPerDimension() - bitsPerDimension(0) - bitsPerDimension(steps()),
                steps(),
                bitsPerDimension(steps()));
    }
}
