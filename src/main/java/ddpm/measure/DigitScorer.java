package ddpm.measure;

import ai.djl.Device;
import ddpm.Check;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.PixelScale;
import ddpm.data.Shuffle;
import ddpm.network.Compute;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Scores drawn digits against real ones that no network has seen: half of MNIST's test images, in
 * the features of the {@link DigitClassifier}.
 *
 * <p>A number says little alone. Beside it belong the same numbers of {@link #heldBack}, the other
 * half of the test images, which no model can be expected to beat, and of {@link #noise}.
 */
public final class DigitScorer implements AutoCloseable {

    /**
     * The least number of samples. The Fréchet distance of few samples is mostly bias: at 1,000
     * even real digits are at a distance from real digits that is as large as that of a good model.
     */
    public static final int LEAST = 1000;

    /** The classifier is sure of an image if it gives a class a probability above this. */
    public static final double SURE = 0.95;

    /**
     * An image is a near copy if it is nearer to its nearest training image than all but this share
     * of 2,000 real test images are to theirs. So real images that nobody copied score about 0.01.
     */
    public static final double NEAR = 0.01;

    private static final int HALF = 5000;
    private static final int NEAREST = 2000; // looking for neighbours is slow
    private static final long SPLIT = 1; // seed of the halves; the first test images are neater
    private static final int CLASSES = DigitClassifier.CONFIG.classes();

    private final DigitClassifier classifier;
    private final ImageSet training = Mnist.train();
    private final double[] trueShares = ClassBalance.shares(training, CLASSES);
    private final ImageSet heldBack;
    private final Features real;
    private final double nearLimit;

    private DigitScorer(DigitClassifier classifier) {
        this.classifier = classifier;
        ImageSet test = Mnist.test();
        Shuffle halves = new Shuffle(test.size(), HALF, SPLIT);
        ImageSet reference = test.subset(halves.at(0));
        heldBack = test.subset(halves.at(1));
        real = classifier.read(reference).features();
        nearLimit = NearestImages.of(reference.take(NEAREST), training).quantile(NEAR);
    }

    /**
     * A scorer on {@link Compute#device()}. It reads the real images first, which takes seconds.
     *
     * @return the scorer; the caller closes it
     */
    public static DigitScorer open() {
        return open(Compute.device());
    }

    /**
     * A scorer.
     *
     * @param device where the classifier computes
     * @return the scorer; the caller closes it
     */
    public static DigitScorer open(Device device) {
        return new DigitScorer(DigitClassifier.shipped(device));
    }

    /**
     * Scores samples. The intervals are those of the bootstrap over the samples, for shares those
     * of Wilson; the real images are held fixed.
     *
     * @param name what the samples are called
     * @param samples grey, 28 × 28, at least {@link #LEAST}
     * @return all measures
     * @throws IllegalArgumentException if the samples are too few or have another size
     */
    public Score score(String name, ImageSet samples) {
        int n = samples.size();
        Check.that(
                n >= LEAST,
                "a score needs at least %,d samples, got %,d: of fewer, the Fréchet distance says"
                        + " more about their number than about their quality",
                LEAST,
                n);
        Reading reading = classifier.read(samples);
        Features features = reading.features();
        Resamples resamples = Resamples.USUAL;
        PrecisionRecall both = PrecisionRecall.of(features, real);
        Map<Measure, Estimate> values = new EnumMap<>(Measure.class);
        values.put(Measure.FRECHET, FrechetDistance.estimate(features, real, resamples));
        values.put(Measure.KERNEL, KernelDistance.estimate(features, real, resamples));
        values.put(Measure.PRECISION, share(both.precision(), n));
        values.put(Measure.RECALL, share(both.recall(), real.count()));
        values.put(Measure.IMBALANCE, resamples.of(n, counts -> imbalance(reading, counts)));
        values.put(Measure.SURE, Estimate.share(reading.surerThan(SURE), n));
        values.put(
                Measure.COPIES,
                Estimate.share(NearestImages.of(samples, training).nearerThan(nearLimit), n));
        return new Score(name, n, values);
    }

    private static Estimate share(double share, int n) {
        return Estimate.share(Math.round(share * n), n);
    }

    private double imbalance(Reading reading, double[] counts) {
        return ClassBalance.divergence(ClassBalance.shares(reading, counts), trueShares);
    }

    /**
     * Reads images, for a closer look.
     *
     * @param images grey, 28 × 28
     * @return what the classifier reads
     */
    public Reading read(ImageSet images) {
        return classifier.read(images);
    }

    /** {@return the features of the real images that samples are compared with} */
    public Features real() {
        return real;
    }

    /** {@return the images that training saw} */
    public ImageSet training() {
        return training;
    }

    /**
     * Real test images that are not among those that samples are compared with: the floor.
     *
     * @param n how many, at most 5,000
     * @return the images
     */
    public ImageSet heldBack(int n) {
        return heldBack.take(n);
    }

    /**
     * Images of noise: every pixel from N(0, 1), cut to [-1, 1].
     *
     * @param n how many
     * @param seed of the noise
     * @return the images
     */
    public static ImageSet noise(int n, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int side = DigitClassifier.CONFIG.imageSize();
        byte[] pixels = new byte[Math.multiplyExact(n, side * side)];
        for (int i = 0; i < pixels.length; i++) {
            double value = Math.max(-1, Math.min(1, random.nextGaussian()));
            pixels[i] = (byte) PixelScale.toLevel(value);
        }
        return ImageSet.of(1, side, side, pixels);
    }

    @Override
    public void close() {
        classifier.close();
    }
}
