package ddpm.network;

import ddpm.network.Layer.Conv;
import ddpm.network.Layer.GroupNorm;
import ddpm.network.Layer.Pass;

/** Self-attention over all positions, with scale C^-½ for one head; added to the input. */
final class AttentionBlock {

    private final String name;
    private final GroupNorm norm;
    private final Conv qkv;
    private final Conv out;

    AttentionBlock(Layout layout, String name, int channels, UNetConfig config) {
        this.name = name;
        norm = GroupNorm.of(layout, name + ".norm", channels, config.norm());
        qkv = Conv.pointwise(layout, name + ".qkv", channels, 3 * channels, Init.SCALED);
        out = Conv.pointwise(layout, name + ".out", channels, channels, Init.ZERO);
    }

    /** x (N, C, H, W) to the same shape; x stays open. */
    <V> V forward(Pass<V> pass, V x) {
        V h = norm.apply(pass, x);
        h = pass.use(h, a -> qkv.apply(pass, a));
        h = pass.use(h, a -> pass.told(name + ".mix", pass.ops().attention(a)));
        h = pass.use(h, a -> out.apply(pass, a));
        return pass.told(name, pass.ops().add(h, x));
    }
}
