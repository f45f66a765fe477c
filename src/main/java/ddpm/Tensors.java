package ddpm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.random.RandomGenerator;

/** Makes tensors from Java numbers. */
public final class Tensors {

    private Tensors() {}

    /**
     * A tensor that owns its memory. What {@link NDManager#create(float[], Shape)} returns may be a
     * view of a Java buffer, which is gone when the array is closed, while the engine still needs
     * it for a gradient.
     *
     * @param manager owns the result, and names the device
     * @param values the values, row by row
     * @param shape their shape
     * @return float32 of that shape
     */
    public static NDArray of(NDManager manager, float[] values, Shape shape) {
        try (NDArray view = manager.create(values, shape)) {
            return view.duplicate();
        }
    }

    /**
     * Independent draws from N(0, 1), made by Java: the same seed gives the same noise on every
     * device and for every number of threads.
     *
     * @param manager owns the result, and names the device
     * @param shape of the result
     * @param random where the draws come from
     * @return float32 of that shape
     */
    public static NDArray normal(NDManager manager, Shape shape, RandomGenerator random) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return of(manager, values, shape);
    }
}
