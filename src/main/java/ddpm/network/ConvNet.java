package ddpm.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.network.Layer.Pass;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * A small convolutional network that says to which class an image belongs: at each level a 3×3
 * convolution, group normalisation and SiLU, and between two levels a convolution with stride 2;
 * then two linear layers with SiLU between them. What the last layer sees are its features.
 *
 * <p>It owns its parameters; {@link #close()} frees them.
 */
public final class ConvNet implements AutoCloseable {

    private final ConvNetConfig config;
    private final NDManager manager;
    private final ConvNetBlocks blocks;
    private final ArrayOps ops;
    private final Weights weights;

    private ConvNet(ConvNetConfig config, Device device, long seed) {
        Layout layout = new Layout();
        this.config = config;
        blocks = new ConvNetBlocks(layout, config);
        manager = Compute.manager(device);
        ops = new TorchOps(manager, config);
        float[] values = layout.initialValues(new SplittableRandom(seed));
        weights = new Weights(manager, layout.slots(), values);
    }

    /**
     * A new network with random parameters.
     *
     * @param config its shape
     * @param seed of the parameters; the same seed gives the same network on every device
     * @param device where it lives and computes
     * @return the network; the caller closes it
     */
    public static ConvNet create(ConvNetConfig config, long seed, Device device) {
        return new ConvNet(config, device, seed);
    }

    /**
     * What the last layer sees of images.
     *
     * @param images float32 (N, C, H, W), values in [-1, 1]
     * @return the features (N, F), attached to the manager of the images
     * @throws IllegalArgumentException if the images have another size or are on another device
     */
    public NDArray features(NDArray images) {
        checkInput(images);
        return pass(false, pass -> blocks.features(pass, images));
    }

    /**
     * The last layer: a number for each class, the larger the more likely.
     *
     * @param features what {@link #features} gave, (N, F)
     * @return the logits (N, K), attached to the manager of the features
     */
    public NDArray logits(NDArray features) {
        return pass(false, pass -> blocks.logits(pass, features));
    }

    /**
     * The logits of images, as they are trained: with dropout.
     *
     * @param images float32 (N, C, H, W), values in [-1, 1]
     * @return the logits (N, K), attached to the manager of the images
     * @throws IllegalArgumentException if the images have another size or are on another device
     */
    public NDArray training(NDArray images) {
        checkInput(images);
        return pass(
                true, pass -> pass.use(blocks.features(pass, images), f -> blocks.logits(pass, f)));
    }

    private NDArray pass(boolean training, Function<Pass<NDArray>, NDArray> way) {
        return weights.use(parameters -> way.apply(new Pass<>(ops, parameters, training)));
    }

    private void checkInput(NDArray images) {
        Shape s = images.getShape();
        Check.that(
                s.dimension() == 4 && s.get(0) >= 1 && s.slice(1).equals(imageShape()),
                "images must be (N, %d, %d, %d) with N >= 1, got %s",
                config.imageChannels(),
                config.imageSize(),
                config.imageSize(),
                s);
        Check.that(
                images.getDevice().equals(manager.getDevice()),
                "the images are on %s but the network is on %s",
                images.getDevice(),
                manager.getDevice());
    }

    private Shape imageShape() {
        return new Shape(config.imageChannels(), config.imageSize(), config.imageSize());
    }

    /**
     * Its shape.
     *
     * @return the configuration
     */
    public ConvNetConfig config() {
        return config;
    }

    /**
     * Its parameters.
     *
     * @return the parameters, owned by this network
     */
    public Weights weights() {
        return weights;
    }

    /**
     * A manager on the network's device; make sub-managers of it for images.
     *
     * @return the manager, owned by this network
     */
    public NDManager manager() {
        return manager;
    }

    @Override
    public void close() {
        weights.close();
        manager.close();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "convolutional network, %,d parameters, %d×%d images, %d classes",
                weights.count(),
                config.imageSize(),
                config.imageSize(),
                config.classes());
    }
}
