package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/** The operations on arrays as single libtorch calls. Constants are written into the functions. */
class TorchOps implements ArrayOps {

    private static final String NORM =
            """
            def group_norm_%1$s(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return torch.group_norm(x, %1$s, w, b, %2$s)
            def group_norm_silu_%1$s(self: __torch__.M, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
              return torch.silu(torch.group_norm(x, %1$s, w, b, %2$s))
            """;

    private static final String SMALL =
            """
            def silu(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.silu(x)
            def dropout(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.dropout(x, %s, True)
            """;

    private static final String LARGE =
            """
            def pad_end(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.constant_pad_nd(x, [0, 1, 0, 1], 0)
            def attention(self: __torch__.M, qkv: Tensor) -> Tensor:
              n = torch.size(qkv, 0)
              h = torch.size(qkv, 2)
              w = torch.size(qkv, 3)
              d = torch.floordiv(torch.size(qkv, 1), %2$s)
              parts = torch.transpose(torch.reshape(qkv, [n, 3, %1$s, d, torch.mul(h, w)]), 3, 4)
              q = torch.contiguous(torch.select(parts, 1, 0))
              k = torch.contiguous(torch.select(parts, 1, 1))
              v = torch.contiguous(torch.select(parts, 1, 2))
              y = torch.transpose(torch.scaled_dot_product_attention(q, k, v), 2, 3)
              return torch.reshape(y, [n, torch.mul(d, %1$s), h, w])
            """;

    private final Torch torch;

    /**
     * What a network needs.
     *
     * @param manager owns the compiled functions
     * @param config heads, dropout and norm are taken from it
     */
    TorchOps(NDManager manager, UNetConfig config) {
        this(manager, config, large(config.attention().heads()));
    }

    /** The same with other functions that are more than one call. */
    TorchOps(NDManager manager, UNetConfig config, String large) {
        this(manager, config.norm(), config.dropout(), large);
    }

    /** For a network without attention. */
    TorchOps(NDManager manager, ConvNetConfig config) {
        this(manager, config.norm(), config.dropout(), large(1));
    }

    private TorchOps(NDManager manager, UNetConfig.Norm norm, double dropout, String large) {
        List<String> functions = new ArrayList<>();
        for (int g = 1; g <= norm.groups(); g++) {
            functions.add(NORM.formatted(g, norm.epsilon()));
        }
        functions.add(SMALL.formatted(dropout));
        functions.add(large);
        torch = new Torch(manager, functions);
    }

    /** The functions that are more than one call: pad_end, and attention with so many heads. */
    static String large(int heads) {
        return LARGE.formatted(heads, 3 * heads);
    }

    final NDArray call(String function, NDArray... inputs) {
        return torch.call(function, inputs);
    }

    @Override
    public NDArray groupNorm(NDArray x, NDArray gamma, NDArray beta, int groups) {
        return torch.call("group_norm_" + groups, x, gamma, beta);
    }

    @Override
    public NDArray groupNormSilu(NDArray x, NDArray gamma, NDArray beta, int groups) {
        return torch.call("group_norm_silu_" + groups, x, gamma, beta);
    }

    @Override
    public NDArray silu(NDArray x) {
        return torch.call("silu", x);
    }

    @Override
    public NDArray attention(NDArray qkv) {
        return torch.call("attention", qkv);
    }

    @Override
    public NDArray dropout(NDArray x) {
        return torch.call("dropout", x);
    }

    @Override
    public NDArray padEnd(NDArray x) {
        return torch.call("pad_end", x);
    }
}
