package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.data.ImageSet;
import ddpm.loss.BoundTerms;
import ddpm.loss.NoisePredictor;
import ddpm.loss.VariationalBound;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The bound on the code length of images, Ho et al. (2020), Eq. 5, each of its terms as a mean over
 * the images and with its standard error.
 *
 * <p>To ask the network for every step of every image would take hours. Instead each step t sees
 * its own few images, drawn with replacement, and its own noise. Each term is then an unbiased
 * estimate of its mean over all images, independent of the others, and so
 *
 * <pre>L = Σ_t L_t,   error(L)² = Σ_t error(L_t)²,   error(L_t) = s_t / √n</pre>
 *
 * <p>with s_t the standard deviation among the n images that step t saw. L_T needs no network and
 * is computed exactly, for all images.
 */
public final class BitsPerDimension {

    private static final int AT_ONCE = 100; // images: more would only take more memory

    private final BoundTerms terms;
    private final double[] errors; // in nats
    private final long dimensions;

    private BitsPerDimension(long dimensions, double[] nats, double[] errors) {
        this.terms = new BoundTerms(dimensions, nats);
        this.errors = errors;
        this.dimensions = dimensions;
    }

    /**
     * Estimates the bound.
     *
     * @param bound which bound
     * @param network the network
     * @param images the images, such as a test set
     * @param drawn how many images each step sees
     * @param manager names the network's device; all arrays are freed
     * @return the terms and their errors
     * @throws IllegalArgumentException if fewer than 2 images are to be drawn
     */
    public static BitsPerDimension estimate(
            VariationalBound bound,
            NoisePredictor network,
            ImageSet images,
            Drawn drawn,
            NDManager manager) {
        int steps = bound.forward().schedule().steps();
        double[] nats = new double[steps + 1];
        double[] errors = new double[steps + 1];
        nats[steps] = prior(bound, images, manager);
        for (int t = 1; t <= steps; t++) {
            double[] values = terms(bound, network, images, drawn, t, manager);
            nats[t - 1] = Estimate.mean(values);
            errors[t - 1] = Estimate.deviation(values) / Math.sqrt(values.length);
        }
        long dimensions = (long) images.channels() * images.height() * images.width();
        return new BitsPerDimension(dimensions, nats, errors);
    }

    /**
     * How many images are drawn.
     *
     * @param each for each step t &gt; 1, at least 2
     * @param decoder for t = 1, at least 2; L_0 varies most, and is worth more
     * @param seed of the images and the noise
     */
    public record Drawn(int each, int decoder, long seed) {
        /**
         * Checks the ranges.
         *
         * @param each for each step t &gt; 1, at least 2
         * @param decoder for t = 1, at least 2; L_0 varies most, and is worth more
         * @param seed of the images and the noise
         */
        public Drawn {
            Check.that(
                    each >= 2 && decoder >= 2,
                    "a standard error needs at least 2 images a step, got %d and %d",
                    each,
                    decoder);
        }

        int at(int t) {
            return t == 1 ? decoder : each;
        }
    }

    private static double[] terms(
            VariationalBound bound,
            NoisePredictor network,
            ImageSet images,
            Drawn drawn,
            int t,
            NDManager manager) {
        SplittableRandom random =
                new SplittableRandom(new SplittableRandom(drawn.seed()).nextLong() + t);
        double[] all = new double[drawn.at(t)];
        for (int done = 0; done < all.length; done += AT_ONCE) {
            WorkStopped.ifInterrupted("the estimate of the bound");
            int n = Math.min(AT_ONCE, all.length - done);
            try (NDManager work = manager.newSubManager()) {
                NDArray x0 = images.batch(work, random.ints(n, 0, images.size()).toArray());
                NDArray eps = Tensors.normal(work, x0.getShape(), random);
                double[] some = bound.term(network, x0, t, eps);
                System.arraycopy(some, 0, all, done, n);
            }
        }
        return all;
    }

    private static double prior(VariationalBound bound, ImageSet images, NDManager manager) {
        double sum = 0;
        for (int from = 0; from < images.size(); from += AT_ONCE) {
            int to = Math.min(images.size(), from + AT_ONCE);
            try (NDArray x0 = images.batch(manager, IntStream.range(from, to).toArray())) {
                sum += Arrays.stream(bound.prior(x0)).sum();
            }
        }
        return sum / images.size();
    }

    /** {@return the terms} */
    public BoundTerms terms() {
        return terms;
    }

    /**
     * The standard error of a term.
     *
     * @param index i of L_i, 0 to T
     * @return the error in bits per dimension; 0 for L_T
     */
    public double standardError(int index) {
        return BoundTerms.toBits(errors[index] / dimensions);
    }

    /**
     * The standard error of the whole bound.
     *
     * @return the error in bits per dimension
     */
    public double standardError() {
        double squares = Arrays.stream(errors).map(e -> e * e).sum();
        return BoundTerms.toBits(Math.sqrt(squares) / dimensions);
    }

    /**
     * The whole bound with its interval.
     *
     * @return bits per dimension
     */
    public Estimate total() {
        return Estimate.normal(terms.bitsPerDimension(), standardError());
    }

    @Override
    public String toString() {
        return terms
                + ", in all ± "
                + String.format(java.util.Locale.ROOT, "%.4f", total().halfWidth());
    }
}
