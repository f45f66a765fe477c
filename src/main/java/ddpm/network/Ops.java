package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * The operations that the network is made of. Each result is attached to the manager of x; no input
 * is closed.
 */
interface Ops {

    /** Group normalisation of x (N, C, H, W), then gamma and beta (C). */
    NDArray groupNorm(NDArray x, NDArray gamma, NDArray beta, int groups);

    /** {@link #groupNorm}, then SiLU. */
    NDArray groupNormSilu(NDArray x, NDArray gamma, NDArray beta, int groups);

    /** x · sigmoid(x). */
    NDArray silu(NDArray x);

    /** softmax(q kᵀ / √d) v over the H·W positions; (N, 3C, H, W) → (N, C, H, W). */
    NDArray attention(NDArray qkv);

    /** Sets a share of x to zero and scales the rest up. */
    NDArray dropout(NDArray x);

    /** A column of zeros on the right and a row of zeros at the bottom. */
    NDArray padEnd(NDArray x);

    /** Convolution of x (N, C, H, W) with weight (K, C, h, w) and bias (K). */
    default NDArray conv(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return x.getNDArrayInternal()
                .convolution(
                        x,
                        weight,
                        bias,
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        new Shape(1, 1),
                        1)
                .head();
    }

    /** x (N, I) times weight (O, I) transposed, plus bias (O). */
    default NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return x.getNDArrayInternal().linear(x, weight, bias).head();
    }

    /** Repeats every pixel of x (N, C, H, W) in both directions. */
    default NDArray upsample(NDArray x) {
        Shape s = x.getShape();
        long[] size = {2 * s.get(2), 2 * s.get(3)};
        return x.getNDArrayInternal().interpolation(size, 0, false); // 0: nearest
    }
}
