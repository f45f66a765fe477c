package ddpm;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Makes tensors from Java numbers, and Java numbers from tensors. */
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

    /**
     * A copy with another owner.
     *
     * @param manager owns the copy
     * @param x any tensor on the manager's device; it stays as it is
     * @return the same values in memory of their own
     */
    public static NDArray copy(NDManager manager, NDArray x) {
        NDArray copy = x.duplicate();
        copy.attach(manager);
        return copy;
    }

    /**
     * The values of a tensor. For one on a GPU the engine makes a copy in main memory and keeps it
     * for as long as the tensor's manager lives; here it is freed at once.
     *
     * @param x any tensor of numbers; it stays as it is
     * @return its values, row by row
     */
    public static float[] floats(NDArray x) {
        return read(x, host -> host.toType(DataType.FLOAT32, false).toFloatArray());
    }

    /**
     * The values of a tensor in double precision, as {@link #floats} gets them.
     *
     * @param x any tensor of numbers; it stays as it is
     * @return its values, row by row
     */
    public static double[] doubles(NDArray x) {
        return read(x, host -> host.toType(DataType.FLOAT64, false).toDoubleArray());
    }

    /**
     * The Euclidean length of a tensor. The engine's own norm adds in one float: over 35 million
     * numbers it is off by 0.2 %.
     *
     * @param x float32, of any shape; it stays as it is
     * @return the root of the sum of its squares
     */
    public static double length(NDArray x) {
        try (NDArray squares = x.square();
                NDArray sum = squares.sum()) {
            return Math.sqrt(sum.getFloat());
        }
    }

    /**
     * Replaces the values of an array in place, so that its views see them.
     *
     * @param target float32, of any shape
     * @param values as many, in row-major order
     * @throws IllegalArgumentException if there are more or fewer
     */
    public static void write(NDArray target, float... values) {
        Check.that(
                values.length == target.size(),
                "need %d values, got %d",
                target.size(),
                values.length);
        // By index: set(float[]) would replace the storage that the views see.
        NDIndex all = new NDIndex().addSliceDim(0, values.length);
        try (NDArray source = target.getManager().create(values);
                NDArray flat = target.reshape(values.length)) {
            NoGradient.run(() -> flat.set(all, source));
        }
    }

    private static <R> R read(NDArray x, Function<NDArray, R> reader) {
        try (NDManager own = x.getManager().newSubManager()) {
            NDArray alias = x.stopGradient(); // the same memory, and an owner that ends here
            alias.attach(own);
            return reader.apply(alias);
        }
    }
}
