package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * The same operations from the engine's plain methods: slower, and the oracle of {@link TorchOps}.
 */
final class PlainOps implements ArrayOps {

    private final NDManager manager;
    private final UNetConfig config;

    PlainOps(NDManager manager, UNetConfig config) {
        this.manager = manager;
        this.config = config;
    }

    @Override
    public NDArray groupNorm(NDArray x, NDArray gamma, NDArray beta, int groups) {
        Shape s = x.getShape();
        NDArray rows = x.reshape(s.get(0), groups, -1);
        NDArray centred = rows.sub(rows.mean(new int[] {2}, true));
        NDArray variance = centred.square().mean(new int[] {2}, true);
        NDArray unit = centred.div(variance.add(config.norm().epsilon()).sqrt()).reshape(s);
        Shape perChannel = new Shape(1, s.get(1), 1, 1);
        return unit.mul(gamma.reshape(perChannel)).add(beta.reshape(perChannel));
    }

    @Override
    public NDArray groupNormSilu(NDArray x, NDArray gamma, NDArray beta, int groups) {
        return silu(groupNorm(x, gamma, beta, groups));
    }

    @Override
    public NDArray silu(NDArray x) {
        return x.mul(x.getNDArrayInternal().sigmoid());
    }

    @Override
    public NDArray attention(NDArray qkv) {
        Shape s = qkv.getShape();
        int heads = config.attention().heads();
        long channels = s.get(1) / 3;
        long width = channels / heads;
        NDList parts =
                qkv.reshape(s.get(0), 3, heads, width, s.get(2) * s.get(3))
                        .split(new long[] {1, 2}, 1);
        NDArray q = parts.get(0).squeeze(1).transpose(0, 1, 3, 2);
        NDArray k = parts.get(1).squeeze(1);
        NDArray v = parts.get(2).squeeze(1).transpose(0, 1, 3, 2);
        NDArray scale = manager.full(new Shape(), (float) (1 / Math.sqrt((double) width)));
        NDArray mixed = q.matMul(k).mul(scale).softmax(-1).matMul(v);
        return mixed.transpose(0, 1, 3, 2).reshape(s.get(0), channels, s.get(2), s.get(3));
    }

    @Override
    public NDArray dropout(NDArray x) {
        return x.getNDArrayInternal().dropout(x, (float) config.dropout(), true).head();
    }

    @Override
    public NDArray padEnd(NDArray x) {
        return x.pad(new Shape(0, 1, 0, 1), 0);
    }
}
