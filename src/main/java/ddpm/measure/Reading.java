package ddpm.measure;

import ddpm.Check;
import java.util.stream.IntStream;

/** What a classifier reads in images: their features, and how likely each class is. Immutable. */
public final class Reading {

    private final Features features;
    private final int classes;
    private final float[] probabilities; // image by image

    /** Takes the array as its own. */
    Reading(Features features, int classes, float[] probabilities) {
        Check.that(
                probabilities.length == features.count() * classes,
                "%d probabilities do not fit to %d images of %d classes",
                probabilities.length,
                features.count(),
                classes);
        this.features = features;
        this.classes = classes;
        this.probabilities = probabilities;
    }

    /** {@return how many images were read} */
    public int count() {
        return features.count();
    }

    /** {@return how many classes there are} */
    public int classes() {
        return classes;
    }

    /** {@return what the last layer saw, one point for each image} */
    public Features features() {
        return features;
    }

    /**
     * How likely a class is.
     *
     * @param image 0 … count - 1
     * @param label 0 … classes - 1
     * @return the probability that the classifier gives it
     */
    public double probability(int image, int label) {
        return probabilities[image * classes + label];
    }

    /**
     * The most likely class of an image.
     *
     * @param image 0 … count - 1
     * @return 0 … classes - 1
     */
    public int label(int image) {
        int best = 0;
        for (int k = 1; k < classes; k++) {
            if (probability(image, k) > probability(image, best)) {
                best = k;
            }
        }
        return best;
    }

    /**
     * How sure the classifier is of {@link #label}.
     *
     * @param image 0 … count - 1
     * @return the probability of the most likely class
     */
    public double confidence(int image) {
        return probability(image, label(image));
    }

    /**
     * How many images the classifier is sure of. Samples that are no digit leave it in doubt, but
     * not always: it has never seen anything but digits.
     *
     * @param threshold in (0, 1)
     * @return the number of images whose {@link #confidence} is above the threshold
     */
    public long surerThan(double threshold) {
        return IntStream.range(0, count()).filter(i -> confidence(i) > threshold).count();
    }
}
