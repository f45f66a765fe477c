package ddpm.network;

import ai.djl.ndarray.types.Shape;
import ddpm.network.Layer.Pass;

/**
 * Counts the multiplications of convolutions, linear maps and attention on the way through a
 * network, which are nearly all of its work. A value is the shape of an array.
 */
final class Multiplications implements Ops<Shape> {

    private long count;

    private Multiplications() {}

    /** For one image, on the way forward. */
    static long of(UNetConfig config) {
        Multiplications ops = new Multiplications();
        UNetBlocks blocks = new UNetBlocks(new Layout(), config);
        Pass<Shape> pass = new Pass<>(ops, Layout.Slot::shape, false);
        int size = config.imageSize();
        Shape embedding = blocks.embed(pass, new Shape(1, config.channels()));
        blocks.forward(pass, new Shape(1, config.imageChannels(), size, size), embedding);
        return ops.count;
    }

    @Override
    public Shape groupNorm(Shape x, Shape gamma, Shape beta, int groups) {
        return x;
    }

    @Override
    public Shape groupNormSilu(Shape x, Shape gamma, Shape beta, int groups) {
        return x;
    }

    @Override
    public Shape silu(Shape x) {
        return x;
    }

    @Override
    public Shape attention(Shape qkv) {
        long channels = qkv.get(1) / 3;
        long positions = qkv.get(2) * qkv.get(3);
        count += 2 * positions * positions * channels; // questions · keys, weights · values
        return new Shape(1, channels, qkv.get(2), qkv.get(3));
    }

    @Override
    public Shape dropout(Shape x) {
        return x;
    }

    @Override
    public Shape padEnd(Shape x) {
        return new Shape(1, x.get(1), x.get(2) + 1, x.get(3) + 1);
    }

    @Override
    public Shape conv(Shape x, Shape weight, Shape bias, int stride, int padding) {
        long height = (x.get(2) + 2L * padding - weight.get(2)) / stride + 1;
        long width = (x.get(3) + 2L * padding - weight.get(3)) / stride + 1;
        count += weight.size() * height * width;
        return new Shape(1, weight.get(0), height, width);
    }

    @Override
    public Shape linear(Shape x, Shape weight, Shape bias) {
        count += weight.size();
        return new Shape(1, weight.get(0));
    }

    @Override
    public Shape upsample(Shape x) {
        return new Shape(1, x.get(1), 2 * x.get(2), 2 * x.get(3));
    }

    @Override
    public Shape concat(Shape x, Shape y) {
        return new Shape(1, x.get(1) + y.get(1), x.get(2), x.get(3));
    }

    @Override
    public Shape add(Shape x, Shape y) {
        return x;
    }

    @Override
    public void addPerChannel(Shape x, Shape shift) {
        // No multiplication.
    }

    @Override
    public void free(Shape x) {
        // A shape holds no memory.
    }
}
