package ddpm.network;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;

/** The small layers: a parameter or two, and one operation. */
final class Layer {

    /** One run through the network: the operations, the parameters, and whether it trains. */
    record Pass(Ops ops, Weights weights, boolean training, PartListener listener) {

        /** A run that nobody listens to. */
        Pass(Ops ops, Weights weights, boolean training) {
            this(ops, weights, training, (part, output) -> {});
        }

        /** Tells the listener what the part of a parameter answered, and hands it on. */
        NDArray told(Layout.Slot slot, NDArray output) {
            return told(slot.part(), output);
        }

        NDArray told(String part, NDArray output) {
            listener.onPart(part, output);
            return output;
        }
    }

    private Layer() {}

    /**
     * Applies a function and closes its input, so that each activation lives as briefly as it can.
     */
    static NDArray use(NDArray x, UnaryOperator<NDArray> function) {
        try (x) {
            return function.apply(x);
        }
    }

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

        NDArray apply(Pass pass, NDArray x) {
            Weights w = pass.weights();
            NDArray y = pass.ops().conv(x, w.get(weight), w.get(bias), stride, padding);
            return pass.told(weight, y);
        }
    }

    /** A linear map with bias. */
    record Linear(Layout.Slot weight, Layout.Slot bias) {
        static Linear of(Layout layout, String name, int in, int out) {
            return new Linear(
                    layout.add(name + ".weight", Init.SCALED, out, in),
                    layout.add(name + ".bias", Init.ZERO, out));
        }

        NDArray apply(Pass pass, NDArray x) {
            Weights w = pass.weights();
            return pass.told(weight, pass.ops().linear(x, w.get(weight), w.get(bias)));
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

        NDArray apply(Pass pass, NDArray x) {
            Weights w = pass.weights();
            return pass.told(gamma, pass.ops().groupNorm(x, w.get(gamma), w.get(beta), groups));
        }

        NDArray applySilu(Pass pass, NDArray x) {
            Weights w = pass.weights();
            return pass.told(gamma, pass.ops().groupNormSilu(x, w.get(gamma), w.get(beta), groups));
        }
    }
}
