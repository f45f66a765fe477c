package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The operations on arrays in {@link Precision#BFLOAT16}. A convolution rounds its input and its
 * parameters, so all behind the first one is bfloat16; gradients of parameters come back as
 * float32. The norms take float32 parameters beside such an input, and add in float32.
 *
 * <p>Attention over few positions, and convolutions of many single pixels, are products of matrices
 * here: libtorch has quick ones of bfloat16, while its fused attention has a slow gradient. In the
 * functions, 15 is libtorch's number of bfloat16 and 6 that of float32.
 */
final class Bfloat16Ops extends TorchOps {

    private static final int MOST_STRIDE = 2;
    private static final int MOST_PADDING = 1;
    private static final int FEW_SCORED = 256; // positions; the scores need memory of the square
    private static final int MANY_MULTIPLIED = 128; // positions; with fewer, convolving is as quick

    private static final String CONV =
            """
            def conv_%1$s_%2$s(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              h = torch.to(x, 15)
              w16 = torch.to(w, 15)
              b16 = torch.to(b, 15)
              return torch.conv2d(h, w16, b16, [%1$s, %1$s], [%2$s, %2$s], [1, 1], 1)
            """;

    private static final String SMALL =
            """
            def add_per_channel(self: __torch__.M, x: Tensor, shift: Tensor) -> Tensor:
              s = torch.to(shift, 15)
              return torch.add_(x, torch.unsqueeze(torch.unsqueeze(s, 2), 3))
            def float32(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, 6)
            """;

    private static final String LARGE =
            """
            def pointwise(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              n = torch.size(x, 0)
              c = torch.size(x, 1)
              k = torch.size(w, 0)
              p = torch.mul(torch.size(x, 2), torch.size(x, 3))
              x16 = torch.to(x, 15)
              w16 = torch.to(w, 15)
              b16 = torch.to(b, 15)
              if torch.lt(p, %4$s):
                y = torch.conv2d(x16, w16, b16, [1, 1], [0, 0], [1, 1], 1)
              else:
                ws = torch.expand(torch.reshape(w16, [1, k, c]), [n, k, c])
                bs = torch.expand(torch.reshape(b16, [1, k, 1]), [n, k, p])
                product = torch.baddbmm(bs, ws, torch.reshape(x16, [n, c, p]))
                y = torch.reshape(product, [n, k, torch.size(x, 2), torch.size(x, 3)])
              return y
            def attention_by_products(self: __torch__.M, qkv: Tensor) -> Tensor:
              n = torch.size(qkv, 0)
              h = torch.size(qkv, 2)
              w = torch.size(qkv, 3)
              p = torch.mul(h, w)
              if torch.gt(p, %3$s):
                result = (self).attention(qkv, )
              else:
                d = torch.floordiv(torch.size(qkv, 1), %2$s)
                parts = torch.reshape(qkv, [n, 3, %1$s, d, p])
                nh = torch.mul(n, %1$s)
                q = torch.transpose(torch.reshape(torch.select(parts, 1, 0), [nh, d, p]), 1, 2)
                k = torch.reshape(torch.select(parts, 1, 1), [nh, d, p])
                v = torch.reshape(torch.select(parts, 1, 2), [nh, d, p])
                scores = torch.bmm(torch.mul(q, torch.pow(d, -0.5)), k)
                y = torch.bmm(v, torch.transpose(torch.softmax(scores, -1), 1, 2))
                result = torch.reshape(y, [n, torch.mul(d, %1$s), h, w])
              return result
            """;

    Bfloat16Ops(NDManager manager, UNetConfig config) {
        super(manager, config, functions(config.attention().heads()));
    }

    private static String functions(int heads) {
        StringBuilder all = new StringBuilder(large(heads)).append(SMALL);
        for (int stride = 1; stride <= MOST_STRIDE; stride++) {
            for (int padding = 0; padding <= MOST_PADDING; padding++) {
                all.append(CONV.formatted(stride, padding));
            }
        }
        return all.toString();
    }

    /** The functions that are more than one call, and that {@link ScriptOps} calls too. */
    static String large(int heads) {
        return TorchOps.large(heads)
                + LARGE.formatted(heads, 3 * heads, FEW_SCORED, MANY_MULTIPLIED);
    }

    @Override
    public NDArray conv(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return call("conv_" + stride + "_" + padding, x, weight, bias);
    }

    @Override
    public NDArray pointwise(NDArray x, NDArray weight, NDArray bias) {
        return call("pointwise", x, weight, bias);
    }

    @Override
    public NDArray attention(NDArray qkv) {
        return call("attention_by_products", qkv);
    }

    @Override
    public void addPerChannel(NDArray x, NDArray shift) {
        call("add_per_channel", x, shift).close();
    }

    @Override
    public NDArray float32(NDArray x) {
        return call("float32", x);
    }
}
