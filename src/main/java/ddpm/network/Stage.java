package ddpm.network;

import ddpm.network.Layer.Pass;
import java.util.Optional;

/** A residual block, and attention after it where the level has it. */
record Stage(ResidualBlock block, Optional<AttentionBlock> attention) {

    static Stage of(Layout layout, String name, int in, int out, boolean attends, UNetConfig c) {
        return new Stage(
                new ResidualBlock(layout, name, in, out, c),
                attends
                        ? Optional.of(new AttentionBlock(layout, name + ".attention", out, c))
                        : Optional.empty());
    }

    /** x (N, I, H, W) and the activated time embedding (N, 4C) to (N, O, H, W); x stays open. */
    <V> V forward(Pass<V> pass, V x, V embedding) {
        V h = block.forward(pass, x, embedding);
        return attention.map(a -> pass.use(h, v -> a.forward(pass, v))).orElse(h);
    }
}
