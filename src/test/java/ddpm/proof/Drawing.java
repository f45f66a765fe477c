package ddpm.proof;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.sampling.Sampler;
import java.util.random.RandomGenerator;

/** Draws images: x_T first, and then the walk back. */
@FunctionalInterface
interface Drawing {

    /** Returns the pixels of x_T and those of x_0. */
    double[][] draw(Network network, int pixels, RandomGenerator random);

    /** What the network says of each pixel of x_t. */
    @FunctionalInterface
    interface Network {
        double[] out(double[] xt, int t);
    }

    static Drawing by(Sampler sampler) {
        return (network, pixels, random) -> {
            try (NDManager manager = NDManager.newBaseManager()) {
                NDArray xT = Tensors.normal(manager, new Shape(1, 1, 1, pixels), random);
                NDArray x0 =
                        sampler.sample(
                                (xt, t) -> {
                                    double[] out = network.out(Tensors.doubles(xt), t[0]);
                                    return tensor(xt.getManager(), out, xt.getShape());
                                },
                                xT,
                                random);
                return new double[][] {Tensors.doubles(xT), Tensors.doubles(x0)};
            }
        };
    }

    static NDArray tensor(NDManager manager, double[] values, Shape shape) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensors.of(manager, floats, shape);
    }
}
