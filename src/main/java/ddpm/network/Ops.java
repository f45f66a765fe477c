package ddpm.network;

/**
 * The operations that a network is made of. A value is an array, or the name of one in a program
 * that is being written: so the way through a network stands in one place.
 *
 * @param <V> what a value is
 */
interface Ops<V> {

    /** Group normalisation of x (N, C, H, W), then gamma and beta (C). */
    V groupNorm(V x, V gamma, V beta, int groups);

    /** {@link #groupNorm}, then SiLU. */
    V groupNormSilu(V x, V gamma, V beta, int groups);

    /** x · sigmoid(x). */
    V silu(V x);

    /** softmax(q kᵀ / √d) v over the H·W positions; (N, 3C, H, W) → (N, C, H, W). */
    V attention(V qkv);

    /** Sets a share of x to zero and scales the rest up. */
    V dropout(V x);

    /** A column of zeros on the right and a row of zeros at the bottom. */
    V padEnd(V x);

    /** Convolution of x (N, C, H, W) with weight (K, C, h, w) and bias (K). */
    V conv(V x, V weight, V bias, int stride, int padding);

    /** Convolution of x (N, C, H, W) with weight (K, C, 1, 1) and bias (K). */
    default V pointwise(V x, V weight, V bias) {
        return conv(x, weight, bias, 1, 0);
    }

    /** x (N, I) times weight (O, I) transposed, plus bias (O). */
    V linear(V x, V weight, V bias);

    /** Repeats every pixel of x (N, C, H, W) in both directions. */
    V upsample(V x);

    /** The channels of x, then those of y. */
    V concat(V x, V y);

    /** Adds y to x in place, and returns x. */
    V add(V x, V y);

    /** Adds shift (N, C) to every pixel of x (N, C, H, W) in place. */
    void addPerChannel(V x, V shift);

    /** Gives up a value that is needed no more. */
    void free(V x);
}
