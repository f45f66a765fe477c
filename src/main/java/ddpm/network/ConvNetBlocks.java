package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ddpm.network.Layer.Conv;
import ddpm.network.Layer.GroupNorm;
import ddpm.network.Layer.Linear;
import ddpm.network.Layer.Pass;
import java.util.ArrayList;
import java.util.List;

/** The layers of the classifier and the way through them. It holds no arrays. */
final class ConvNetBlocks {

    /** A convolution, norm and SiLU. */
    private record Block(Conv conv, GroupNorm norm) {
        NDArray apply(Pass<NDArray> pass, NDArray x) {
            return pass.use(conv.apply(pass, x), h -> norm.applySilu(pass, h));
        }
    }

    private final List<Block> blocks = new ArrayList<>();
    private final Linear features;
    private final Linear last;
    private final boolean drops;

    ConvNetBlocks(Layout layout, ConvNetConfig config) {
        int in = config.imageChannels();
        for (int level = 0; level < config.channels().size(); level++) {
            int out = config.channels().get(level);
            String name = "level." + level;
            if (level > 0) {
                Conv halving = Conv.halving(layout, name + ".halve", in, out, 1);
                blocks.add(block(layout, name + ".halve", halving, out, config));
                in = out;
            }
            Conv same = Conv.same(layout, name + ".conv", in, out, Init.SCALED);
            blocks.add(block(layout, name + ".conv", same, out, config));
            in = out;
        }
        int flat = config.lastChannels() * config.lastSize() * config.lastSize();
        features = Linear.of(layout, "features", flat, config.features());
        last = Linear.of(layout, "last", config.features(), config.classes());
        drops = config.dropout() > 0;
    }

    private static Block block(
            Layout layout, String name, Conv conv, int channels, ConvNetConfig config) {
        return new Block(conv, GroupNorm.of(layout, name + ".norm", channels, config.norm()));
    }

    /** x (N, C, H, W) to (N, features); x stays open. */
    NDArray features(Pass<NDArray> pass, NDArray x) {
        NDArray h = blocks.get(0).apply(pass, x);
        for (Block block : blocks.subList(1, blocks.size())) {
            h = pass.use(h, a -> block.apply(pass, a));
        }
        h = pass.use(h, a -> a.reshape(new Shape(a.getShape().get(0), -1)));
        h = pass.use(h, a -> features.apply(pass, a));
        return pass.use(h, pass.ops()::silu);
    }

    /** Features (N, F) to logits (N, K); the features stay open. */
    NDArray logits(Pass<NDArray> pass, NDArray f) {
        if (drops && pass.training()) {
            return pass.use(pass.ops().dropout(f), a -> last.apply(pass, a));
        }
        return last.apply(pass, f);
    }
}
