package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * The operations on arrays, one call of the engine after the other; here those for which the engine
 * has a method. Each result is attached to the manager of x; no input is closed.
 */
interface ArrayOps extends Ops<NDArray> {

    @Override
    default NDArray conv(NDArray x, NDArray weight, NDArray bias, int stride, int padding) {
        return x.getNDArrayInternal()
                .convolution(
                        x,
                        weight,
                        bias,
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        new Shape(1, 1),
                        1)
                .head();
    }

    @Override
    default NDArray linear(NDArray x, NDArray weight, NDArray bias) {
        return x.getNDArrayInternal().linear(x, weight, bias).head();
    }

    @Override
    default NDArray upsample(NDArray x) {
        Shape s = x.getShape();
        long[] size = {2 * s.get(2), 2 * s.get(3)};
        return x.getNDArrayInternal().interpolation(size, 0, false); // 0: nearest
    }

    @Override
    default NDArray concat(NDArray x, NDArray y) {
        return NDArrays.concat(new NDList(x, y), 1);
    }

    @Override
    default NDArray add(NDArray x, NDArray y) {
        return x.addi(y);
    }

    @Override
    default void addPerChannel(NDArray x, NDArray shift) {
        Shape s = x.getShape();
        try (NDArray shaped = shift.reshape(new Shape(s.get(0), s.get(1), 1, 1))) {
            x.addi(shaped);
        }
    }

    /** x as float32: a new array, or x itself where all is float32. */
    default NDArray float32(NDArray x) {
        return x;
    }

    @Override
    default void free(NDArray x) {
        x.close();
    }
}
