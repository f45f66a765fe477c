package ddpm.network;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.TensorCheck;
import ddpm.loss.NoisePredictor;
import ddpm.network.Layer.Pass;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The network of DDPM: a U-Net with residual blocks, self-attention and a time embedding. Ho et al.
 * (2020), App. B.
 *
 * <p>It owns its parameters; {@link #close()} frees them. {@link #predict} drops nothing out; train
 * with {@link #training()}.
 */
public final class UNet implements NoisePredictor, AutoCloseable {

    private final UNetConfig config;
    private final NDManager manager;
    private final UNetBlocks blocks;
    private final ArrayOps ops;
    private final Optional<WholePass> wholePass;
    private final Weights weights;
    private final Precision precision;

    private UNet(UNet like, Weights weights) {
        config = like.config;
        manager = like.manager;
        blocks = like.blocks;
        ops = like.ops;
        wholePass = like.wholePass;
        precision = like.precision;
        this.weights = weights;
    }

    private UNet(UNet like, Precision precision) {
        config = like.config;
        manager = like.manager;
        blocks = like.blocks;
        weights = like.weights;
        this.precision = precision;
        ops =
                precision == Precision.BFLOAT16
                        ? new Bfloat16Ops(manager, config)
                        : new TorchOps(manager, config);
        wholePass = Optional.of(new WholePass(manager, blocks, weights.slots(), config, precision));
    }

    private UNet(
            UNetConfig config,
            Function<Layout, float[]> values,
            Device device,
            Optional<Function<NDManager, ArrayOps>> others) {
        Layout layout = new Layout();
        this.config = config;
        blocks = new UNetBlocks(layout, config);
        float[] first = values.apply(layout);
        manager = Compute.manager(device);
        ops = others.map(o -> o.apply(manager)).orElseGet(() -> new TorchOps(manager, config));
        precision = Precision.FLOAT32;
        wholePass =
                others.isPresent()
                        ? Optional.empty()
                        : Optional.of(
                                new WholePass(manager, blocks, layout.slots(), config, precision));
        weights = new Weights(manager, layout.slots(), first);
    }

    private static Function<Layout, float[]> random(long seed) {
        return layout -> layout.initialValues(new SplittableRandom(seed));
    }

    /**
     * A new network with random parameters, on {@link Compute#device()}.
     *
     * @param config its shape
     * @param seed of the parameters; the same seed gives the same network on every device
     * @return the network; the caller closes it
     */
    public static UNet create(UNetConfig config, long seed) {
        return create(config, seed, Compute.device());
    }

    /**
     * A new network with random parameters, on a named device.
     *
     * @param config its shape
     * @param seed of the parameters
     * @param device where it lives and computes
     * @return the network; the caller closes it
     */
    public static UNet create(UNetConfig config, long seed, Device device) {
        return new UNet(config, random(seed), device, Optional.empty());
    }

    /**
     * A network with given parameters, on a named device.
     *
     * @param config its shape
     * @param parameters P numbers in the order of {@link Weights#flat}; they are copied
     * @param device where it lives and computes
     * @return the network; the caller closes it
     * @throws IllegalArgumentException if the number of parameters is not P
     */
    public static UNet create(UNetConfig config, float[] parameters, Device device) {
        return new UNet(config, layout -> all(layout, parameters), device, Optional.empty());
    }

    private static float[] all(Layout layout, float[] parameters) {
        Check.that(
                parameters.length == layout.size(),
                "need %d parameters, got %d",
                layout.size(),
                parameters.length);
        return parameters;
    }

    /** A network that works with other operations, call by call. */
    static UNet create(
            UNetConfig config, long seed, Device device, Function<NDManager, ArrayOps> ops) {
        return new UNet(config, random(seed), device, Optional.of(ops));
    }

    /**
     * The same network with other parameters, such as their moving average.
     *
     * @param other parameters of a network of the same shape, on the same device
     * @return a view of this network; closing this network ends it
     * @throws IllegalArgumentException if the number of parameters differs
     */
    public UNet withWeights(Weights other) {
        Check.that(
                other.names().equals(weights.names()) && other.count() == weights.count(),
                "the weights are of another network: %d parameters, need %d",
                other.count(),
                weights.count());
        return new UNet(this, other);
    }

    /**
     * The same network, with the same parameters, computed in another precision.
     *
     * @param other such as {@link Precision#automatic}
     * @return a view of this network; closing this network ends it
     * @throws IllegalArgumentException if it is {@link Precision#BFLOAT16} on a GPU
     */
    public UNet withPrecision(Precision other) {
        other.checkFor(device());
        return other == precision ? this : new UNet(this, other);
    }

    /**
     * The network as it is trained: with dropout.
     *
     * @return a view of this network
     */
    public NoisePredictor training() {
        if (wholePass.isEmpty()) {
            return (xt, t) -> run(xt, t, true, Optional.empty());
        }
        return (xt, t) -> {
            checkInput(xt, t);
            return wholePass.get().train(weights, xt, t);
        };
    }

    /**
     * The network with a listener that looks inside: at shapes, at values, or at the clock.
     *
     * @param listener is told of each part as it answers
     * @return a view of this network, which drops nothing out and answers what it answers
     */
    public NoisePredictor watched(PartListener listener) {
        return (xt, t) -> run(xt, t, false, Optional.of(listener));
    }

    @Override
    public NDArray predict(NDArray xt, int[] t) {
        if (wholePass.isEmpty()) {
            return run(xt, t, false, Optional.empty());
        }
        checkInput(xt, t);
        return wholePass.get().predict(weights, xt, t);
    }

    private NDArray run(NDArray xt, int[] t, boolean training, Optional<PartListener> listener) {
        checkInput(xt, t);
        return weights.use(
                parameters -> run(xt, t, new Pass<>(ops, parameters, training, telling(listener))));
    }

    private NDArray run(NDArray xt, int[] t, Pass<NDArray> pass) {
        NDArray sinusoids = TimeEmbedding.of(xt.getManager(), t, config.channels());
        NDArray embedding = pass.use(sinusoids, s -> blocks.embed(pass, s));
        NDArray output = pass.use(embedding, e -> blocks.forward(pass, xt, e));
        return precision == Precision.FLOAT32 ? output : pass.use(output, ops::float32);
    }

    /** A listener gets float32, whatever the network computes in. */
    private BiConsumer<String, NDArray> telling(Optional<PartListener> listener) {
        if (listener.isEmpty()) {
            return (part, output) -> {};
        }
        if (precision == Precision.FLOAT32) {
            return listener.get()::onPart;
        }
        return (part, output) -> {
            try (NDArray told = ops.float32(output)) {
                listener.get().onPart(part, told);
            }
        };
    }

    private void checkInput(NDArray xt, int[] t) {
        TensorCheck.open("the tensor of images", xt);
        Shape s = xt.getShape();
        Check.that(
                s.dimension() == 4
                        && s.get(0) >= 1
                        && s.get(1) == config.imageChannels()
                        && s.get(2) == config.imageSize()
                        && s.get(3) == config.imageSize(),
                "images must be (N, %d, %d, %d) with N >= 1, got %s",
                config.imageChannels(),
                config.imageSize(),
                config.imageSize(),
                s);
        Check.that(
                t.length == s.get(0),
                "need one t for each of %d images, got %d",
                s.get(0),
                t.length);
        Check.that(
                xt.getDevice().equals(device()),
                "the images are on %s but the network is on %s",
                xt.getDevice(),
                device());
        TensorCheck.batch("the tensor of images", xt);
    }

    /**
     * Its shape.
     *
     * @return the configuration
     */
    public UNetConfig config() {
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
     * What it computes with.
     *
     * @return the precision; {@link Precision#FLOAT32} unless {@link #withPrecision} changed it
     */
    public Precision precision() {
        return precision;
    }

    /**
     * Where it lives and computes.
     *
     * @return the device
     */
    public Device device() {
        return manager.getDevice();
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
                java.util.Locale.ROOT,
                "U-Net, %,d parameters, %d×%d images, on %s%s",
                weights.count(),
                config.imageSize(),
                config.imageSize(),
                device().isGpu() ? "GPU " + device().getDeviceId() : "the CPU",
                precision == Precision.FLOAT32 ? "" : ", in bfloat16");
    }
}
