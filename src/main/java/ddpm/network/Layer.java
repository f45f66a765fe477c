package ddpm.network;

import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The small layers: a parameter or two, and one operation. */
final class Layer {

    /** One run through the network: the operations, the parameters, and whether it trains. */
    record Pass<V>(
            Ops<V> ops,
            Function<Layout.Slot, V> weights,
            boolean training,
            BiConsumer<String, V> listener) {

        /** A run that nobody listens to. */
        Pass(Ops<V> ops, Function<Layout.Slot, V> weights, boolean training) {
            this(ops, weights, training, (part, output) -> {});
        }

        /** Tells the listener what the part of a parameter answered, and hands it on. */
        V told(Layout.Slot slot, V output) {
            return told(slot.part(), output);
        }

        V told(String part, V output) {
            listener.accept(part, output);
            return output;
        }

        V weight(Layout.Slot slot) {
            return weights.apply(slot);
        }

        /**
         * Applies a function and frees its input, so that each activation lives as briefly as it
         * can.
         */
        V use(V x, UnaryOperator<V> function) {
            try {
                return function.apply(x);
            } finally {
                ops.free(x);
            }
        }
    }

    private Layer() {}

    /** A convolution with bias. */
    record Conv(Layout.Slot weight, Layout.Slot bias, int stride, int padding) {

        /** 3×3, one pixel of padding, the size stays. */
        static Conv same(Layout layout, String name, int in, int out, Init init) {
            return of(layout, name, in, out, init, 3, 1, 1);
        }

        /** 1×1. */
        static Conv pointwise(Layout layout, String name, int in, int out, Init init) {
            return of(layout, name, in, out, init, 1, 1, 0);
        }

        /** 3×3 with stride 2. */
        static Conv halving(Layout layout, String name, int in, int out, int padding) {
            return of(layout, name, in, out, Init.SCALED, 3, 2, padding);
        }

        private static Conv of(
                Layout layout, String name, int in, int out, Init init, int k, int s, int p) {
            return new Conv(
                    layout.add(name + ".weight", init, out, in, k, k),
                    layout.add(name + ".bias", Init.ZERO, out),
                    s,
                    p);
        }

        <V> V apply(Pass<V> pass, V x) {
            V w = pass.weight(weight);
            V b = pass.weight(bias);
            boolean pointwise = weight.shape().get(2) == 1;
            return pass.told(
                    weight,
                    pointwise
                            ? pass.ops().pointwise(x, w, b)
                            : pass.ops().conv(x, w, b, stride, padding));
        }
    }

    /** A linear map with bias. */
    record Linear(Layout.Slot weight, Layout.Slot bias) {
        static Linear of(Layout layout, String name, int in, int out) {
            return new Linear(
                    layout.add(name + ".weight", Init.SCALED, out, in),
                    layout.add(name + ".bias", Init.ZERO, out));
        }

        <V> V apply(Pass<V> pass, V x) {
            return pass.told(weight, pass.ops().linear(x, pass.weight(weight), pass.weight(bias)));
        }
    }

    /** Group normalisation with a gain and an offset for each channel. */
    record GroupNorm(Layout.Slot gamma, Layout.Slot beta, int groups) {
        static GroupNorm of(Layout layout, String name, int channels, UNetConfig.Norm norm) {
            return new GroupNorm(
                    layout.add(name + ".gamma", Init.ONE, channels),
                    layout.add(name + ".beta", Init.ZERO, channels),
                    norm.groupsFor(channels));
        }

        <V> V apply(Pass<V> pass, V x) {
            V b = pass.weight(beta);
            return pass.told(gamma, pass.ops().groupNorm(x, pass.weight(gamma), b, groups));
        }

        <V> V applySilu(Pass<V> pass, V x) {
            V b = pass.weight(beta);
            return pass.told(gamma, pass.ops().groupNormSilu(x, pass.weight(gamma), b, groups));
        }
    }
}
