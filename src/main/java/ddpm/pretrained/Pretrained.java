package ddpm.pretrained;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.network.Compute;
import ddpm.network.UNet;
import ddpm.posterior.Prediction;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.training.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.SplittableRandom;

/**
 * A network that is trained, and what one must know to sample it: its forward process, and what it
 * is asked for.
 *
 * <p>It owns the network; {@link #close()} frees it.
 *
 * @param network with the averaged weights
 * @param forward the forward process that it learned to walk back
 * @param prediction what its output stands for
 */
public record Pretrained(UNet network, ForwardProcess forward, Prediction prediction)
        implements AutoCloseable {

    static final String SCHEDULE = "schedule"; // names of notes in the file
    static final String PREDICTION = "prediction";

    private static final String DIGITS = "digits.safetensors";
    private static final int AT_ONCE = 100; // images: more would only take more memory

    /**
     * The network for MNIST digits that ships inside this library, on {@link Compute#device()}. Its
     * card, {@code digits.md}, lies beside it.
     *
     * @return the network; the caller closes it
     * @throws ddpm.training.CheckpointException if the shipped file is damaged
     */
    public static Pretrained digits() {
        return digits(Compute.device());
    }

    /**
     * The network for MNIST digits that ships inside this library.
     *
     * @param device where it lives and computes
     * @return the network; the caller closes it
     * @throws ddpm.training.CheckpointException if the shipped file is damaged
     */
    public static Pretrained digits(Device device) {
        try (InputStream in = Pretrained.class.getResourceAsStream(DIGITS)) {
            return of(Checkpoint.load(in, DIGITS), device);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A network that {@link TrainDigits} trained; refuses one of another recipe. */
    static Pretrained of(Checkpoint checkpoint, Device device) {
        checkNote(checkpoint, SCHEDULE, Recipe.MNIST_SCHEDULE);
        checkNote(checkpoint, PREDICTION, Recipe.MNIST_PREDICTION);
        ForwardProcess forward = new ForwardProcess(Recipe.MNIST_SCHEDULE);
        return new Pretrained(checkpoint.network(device), forward, Recipe.MNIST_PREDICTION);
    }

    private static void checkNote(Checkpoint checkpoint, String name, Object wanted) {
        String found = checkpoint.notes().getOrDefault(name, "not noted");
        Check.that(
                found.equals(wanted.toString()),
                "the %s of these weights is %s, not %s: train them with TrainDigits",
                name,
                found,
                wanted);
    }

    /**
     * Reads the network's output as it is meant.
     *
     * @return the denoiser for images, which a sampler takes
     */
    public Denoiser denoiser() {
        return new Denoiser(forward).withPrediction(prediction);
    }

    /**
     * Draws images. A large number is drawn in portions, so that memory stays small.
     *
     * @param manager owns the result; on the network's device
     * @param count number of images N, at least 1
     * @param sampler made with {@link #denoiser()}, such as {@code new DdimSampler(…)}
     * @param seed of the noise; the same seed gives the same images
     * @return images (N, C, H, W), values in [-1, 1]
     * @throws ddpm.sampling.SamplingStopped if the thread is interrupted
     */
    public NDArray sample(NDManager manager, int count, Sampler sampler, long seed) {
        Check.that(count >= 1, "count must be >= 1, got %d", count);
        SplittableRandom random = new SplittableRandom(seed);
        try (NDManager work = manager.newSubManager()) {
            NDList portions = new NDList();
            for (int done = 0; done < count; done += AT_ONCE) {
                portions.add(portion(work, Math.min(AT_ONCE, count - done), sampler, random));
            }
            NDArray all = NDArrays.concat(portions, 0);
            all.attach(manager);
            return all;
        }
    }

    private NDArray portion(NDManager work, int count, Sampler sampler, SplittableRandom random) {
        var config = network.config();
        long size = config.imageSize();
        Shape shape = new Shape(count, config.imageChannels(), size, size);
        try (NDArray noise = Tensors.normal(work, shape, random)) {
            return sampler.sample(network, noise, random);
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
