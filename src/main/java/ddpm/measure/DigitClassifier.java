package ddpm.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.data.ImageSet;
import ddpm.network.Compute;
import ddpm.network.ConvNet;
import ddpm.network.ConvNetConfig;
import ddpm.network.UNetConfig;
import ddpm.training.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads handwritten digits. What its last layer sees, 64 numbers an image, is the space in which
 * samples are compared with real digits.
 *
 * <p>One that {@link TrainClassifier} trained ships with the library; the card beside it says how.
 */
public final class DigitClassifier implements AutoCloseable {

    /** The network: three levels with 16, 32 and 64 channels, 64 features, 10 classes. */
    public static final ConvNetConfig CONFIG =
            new ConvNetConfig(
                    28, 1, List.of(16, 32, 64), 64, 10, new UNetConfig.Norm(8, 1e-5), 0.2);

    static final String RESOURCE = "digit-classifier.safetensors";
    static final String DIGEST = "ed19bda2ce3fb76093fcded696cb7bdb4a508e5898f9c0f5a8ce119c82c9aa6d";

    private static final int BATCH = 500;

    private final ConvNet network;

    DigitClassifier(ConvNet network) {
        this.network = network;
    }

    /**
     * The classifier that ships with the library, on {@link Compute#device()}.
     *
     * @return the classifier; the caller closes it
     * @throws ddpm.training.CheckpointException if the shipped file is damaged
     */
    public static DigitClassifier shipped() {
        return shipped(Compute.device());
    }

    /**
     * The classifier that ships with the library.
     *
     * @param device where it computes
     * @return the classifier; the caller closes it
     * @throws ddpm.training.CheckpointException if the shipped file is damaged
     */
    public static DigitClassifier shipped(Device device) {
        try (InputStream in = DigitClassifier.class.getResourceAsStream(RESOURCE)) {
            return load(in, device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DigitClassifier load(InputStream in, Device device) {
        Checkpoint checkpoint = Checkpoint.load(in, RESOURCE, CONFIG);
        String digest = checkpoint.digest().orElse("none");
        Check.that(
                digest.equals(DIGEST),
                "%s has the SHA-256 %s, not %s: build the library again",
                RESOURCE,
                digest,
                DIGEST);
        ConvNet network = ConvNet.create(CONFIG, 0, device);
        checkpoint.copyTo(network.weights());
        return new DigitClassifier(network);
    }

    /**
     * Reads images.
     *
     * @param images grey, 28 × 28
     * @return features and probabilities of each image
     * @throws IllegalArgumentException if the images have another size
     */
    public Reading read(ImageSet images) {
        int n = images.size();
        double[] features = new double[n * CONFIG.features()];
        float[] probabilities = new float[n * CONFIG.classes()];
        for (int from = 0; from < n; from += BATCH) {
            WorkStopped.ifInterrupted("the reading of images");
            int[] batch = IntStream.range(from, Math.min(n, from + BATCH)).toArray();
            try (NDManager work = network.manager().newSubManager()) {
                NDArray x = images.batch(work, batch);
                NDArray f = NoGradient.get(() -> network.features(x));
                NDArray p = NoGradient.get(() -> network.logits(f).softmax(1));
                double[] readFeatures = Tensors.doubles(f);
                float[] readProbabilities = Tensors.floats(p);
                System.arraycopy(
                        readFeatures, 0, features, from * CONFIG.features(), readFeatures.length);
                System.arraycopy(
                        readProbabilities,
                        0,
                        probabilities,
                        from * CONFIG.classes(),
                        readProbabilities.length);
            }
        }
        return new Reading(
                new Features(CONFIG.features(), features), CONFIG.classes(), probabilities);
    }

    /**
     * How often it is right.
     *
     * @param images labelled digits
     * @return the share of the images whose label it reads, in [0, 1]
     */
    public double accuracy(ImageSet images) {
        Reading reading = read(images);
        long right =
                IntStream.range(0, images.size())
                        .filter(i -> reading.label(i) == images.label(i))
                        .count();
        return (double) right / images.size();
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return network.toString();
    }
}
