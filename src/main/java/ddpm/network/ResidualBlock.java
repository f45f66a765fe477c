package ddpm.network;

import ddpm.network.Layer.Conv;
import ddpm.network.Layer.GroupNorm;
import ddpm.network.Layer.Linear;
import ddpm.network.Layer.Pass;
import java.util.Optional;

/**
 * Norm, SiLU, 3×3, plus the time, norm, SiLU, dropout, 3×3; added to the input, which passes a 1×1
 * convolution where the number of channels changes.
 */
final class ResidualBlock {

    private final String name;
    private final GroupNorm norm1;
    private final Conv conv1;
    private final Linear time;
    private final GroupNorm norm2;
    private final Conv conv2;
    private final Optional<Conv> shortcut;
    private final boolean drops;

    ResidualBlock(Layout layout, String name, int in, int out, UNetConfig config) {
        this.name = name;
        norm1 = GroupNorm.of(layout, name + ".norm1", in, config.norm());
        conv1 = Conv.same(layout, name + ".conv1", in, out, Init.SCALED);
        time = Linear.of(layout, name + ".time", 4 * config.channels(), out);
        norm2 = GroupNorm.of(layout, name + ".norm2", out, config.norm());
        conv2 = Conv.same(layout, name + ".conv2", out, out, Init.ZERO);
        shortcut =
                in == out
                        ? Optional.empty()
                        : Optional.of(
                                Conv.pointwise(layout, name + ".shortcut", in, out, Init.SCALED));
        drops = config.dropout() > 0;
    }

    /** x (N, I, H, W) and the activated time embedding (N, 4C) to (N, O, H, W); x stays open. */
    <V> V forward(Pass<V> pass, V x, V embedding) {
        Ops<V> ops = pass.ops();
        V h = norm1.applySilu(pass, x);
        h = pass.use(h, a -> conv1.apply(pass, a));
        V shift = time.apply(pass, embedding);
        ops.addPerChannel(h, shift);
        ops.free(shift);
        h = pass.use(h, a -> norm2.applySilu(pass, a));
        if (drops && pass.training()) {
            h = pass.use(h, ops::dropout);
        }
        V out = pass.use(h, a -> conv2.apply(pass, a));
        if (shortcut.isEmpty()) {
            return pass.told(name, ops.add(out, x));
        }
        return pass.told(name, pass.use(shortcut.get().apply(pass, x), s -> ops.add(out, s)));
    }
}
