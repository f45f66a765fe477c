package ddpm.network;

import ddpm.network.Layer.Conv;
import ddpm.network.Layer.GroupNorm;
import ddpm.network.Layer.Linear;
import ddpm.network.Layer.Pass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The blocks of the U-Net and the way through them. It holds no values. */
final class UNetBlocks {

    /** One level of the way down or up; the convolution that changes the size is last. */
    private record Level(List<Stage> stages, Optional<Conv> resize) {}

    private final UNetConfig config;
    private final Linear time1;
    private final Linear time2;
    private final Conv first;
    private final List<Level> down = new ArrayList<>();
    private final Stage middle1;
    private final Stage middle2;
    private final List<Level> up = new ArrayList<>();
    private final GroupNorm lastNorm;
    private final Conv last;

    UNetBlocks(Layout layout, UNetConfig config) {
        this.config = config;
        int c = config.channels();
        time1 = Linear.of(layout, "time.1", c, 4 * c);
        time2 = Linear.of(layout, "time.2", 4 * c, 4 * c);
        first = Conv.same(layout, "first", config.imageChannels(), c, Init.SCALED);
        Deque<Integer> skips = new ArrayDeque<>();
        skips.push(c);
        for (int level = 0; level < config.levels(); level++) {
            down.add(downLevel(layout, level, skips));
        }
        int wide = config.channelsAt(config.levels() - 1);
        middle1 = Stage.of(layout, "middle.0", wide, wide, true, config);
        middle2 = Stage.of(layout, "middle.1", wide, wide, false, config);
        int channels = wide;
        for (int level = config.levels() - 1; level >= 0; level--) {
            up.add(upLevel(layout, level, channels, skips));
            channels = config.channelsAt(level);
        }
        lastNorm = GroupNorm.of(layout, "last.norm", channels, config.norm());
        last = Conv.same(layout, "last", channels, config.imageChannels(), Init.ZERO);
    }

    private Level downLevel(Layout layout, int level, Deque<Integer> skips) {
        int out = config.channelsAt(level);
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i < config.blocks(); i++) {
            String name = "down." + level + "." + i;
            boolean attends = config.attendsAt(level);
            stages.add(Stage.of(layout, name, skips.element(), out, attends, config));
            skips.push(out);
        }
        if (level == config.levels() - 1) {
            return new Level(stages, Optional.empty());
        }
        skips.push(out);
        int padding = config.downsampling() == UNetConfig.Padding.BOTH ? 1 : 0;
        return new Level(
                stages,
                Optional.of(Conv.halving(layout, "down." + level + ".halve", out, out, padding)));
    }

    private Level upLevel(Layout layout, int level, int channels, Deque<Integer> skips) {
        int out = config.channelsAt(level);
        int in = channels;
        List<Stage> stages = new ArrayList<>();
        for (int i = 0; i <= config.blocks(); i++) {
            String name = "up." + level + "." + i;
            boolean attends = config.attendsAt(level);
            stages.add(Stage.of(layout, name, in + skips.pop(), out, attends, config));
            in = out;
        }
        Optional<Conv> resize =
                level == 0
                        ? Optional.empty()
                        : Optional.of(
                                Conv.same(
                                        layout, "up." + level + ".double", out, out, Init.SCALED));
        return new Level(stages, resize);
    }

    /** Sinusoids (N, C) to the activated embedding (N, 4C) that every residual block gets. */
    <V> V embed(Pass<V> pass, V sinusoids) {
        V h = time1.apply(pass, sinusoids);
        h = pass.use(h, pass.ops()::silu);
        h = pass.use(h, a -> time2.apply(pass, a));
        return pass.use(h, a -> pass.told("time", pass.ops().silu(a)));
    }

    /** x (N, C, H, W) to the same shape. Each activation is freed as soon as it was used. */
    <V> V forward(Pass<V> pass, V x, V embedding) {
        Deque<V> skips = new ArrayDeque<>();
        V h = first.apply(pass, x);
        skips.push(h);
        for (Level level : down) {
            for (Stage stage : level.stages()) {
                h = stage.forward(pass, h, embedding);
                skips.push(h);
            }
            if (level.resize().isPresent()) {
                h = halve(pass, level.resize().get(), h);
                skips.push(h);
            }
        }
        h = middle1.forward(pass, h, embedding);
        h = pass.use(h, a -> middle2.forward(pass, a, embedding));
        for (Level level : up) {
            for (Stage stage : level.stages()) {
                h = pass.use(concat(pass, h, skips.pop()), a -> stage.forward(pass, a, embedding));
            }
            if (level.resize().isPresent()) {
                Conv resize = level.resize().get();
                h = pass.use(pass.use(h, pass.ops()::upsample), a -> resize.apply(pass, a));
            }
        }
        h = pass.use(h, a -> lastNorm.applySilu(pass, a));
        return pass.use(h, a -> last.apply(pass, a));
    }

    private static <V> V concat(Pass<V> pass, V h, V skip) {
        return pass.use(h, a -> pass.use(skip, b -> pass.ops().concat(a, b)));
    }

    private <V> V halve(Pass<V> pass, Conv conv, V x) {
        if (config.downsampling() == UNetConfig.Padding.BOTH) {
            return conv.apply(pass, x);
        }
        return pass.use(pass.ops().padEnd(x), a -> conv.apply(pass, a));
    }
}
