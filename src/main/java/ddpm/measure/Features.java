package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import java.util.Arrays;

/** Points in a space of features, such as what a classifier sees of images. Immutable. */
public final class Features {

    private final int dimensions;
    private final double[] values; // point by point

    /** Takes the array as its own. */
    Features(int dimensions, double[] values) {
        Check.that(dimensions >= 1, "dimensions must be >= 1, got %d", dimensions);
        Check.that(
                values.length >= dimensions && values.length % dimensions == 0,
                "%d numbers are no points of %d numbers each",
                values.length,
                dimensions);
        for (int i = 0; i < values.length; i++) {
            Check.that(
                    Double.isFinite(values[i]),
                    "features must be finite, got %s at point %d",
                    values[i],
                    i / dimensions);
        }
        this.dimensions = dimensions;
        this.values = values;
    }

    /**
     * Points, copied.
     *
     * @param points at least one, all with as many numbers
     * @return the points
     * @throws IllegalArgumentException if there is none, their lengths differ, or a number is not
     *     finite
     */
    public static Features of(double[]... points) {
        Check.that(points.length >= 1, "need at least one point");
        int dimensions = points[0].length;
        for (double[] point : points) {
            Check.that(
                    point.length == dimensions,
                    "all points need %d numbers, got one with %d",
                    dimensions,
                    point.length);
        }
        double[] values = Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
        return new Features(dimensions, values);
    }

    /** Refuses two clouds that do not lie in one space. */
    static void checkSameSpace(Features a, Features b) {
        Check.that(
                a.dimensions == b.dimensions,
                "the clouds have %d and %d dimensions",
                a.dimensions,
                b.dimensions);
    }

    /** {@return how many points there are} */
    public int count() {
        return values.length / dimensions;
    }

    /** {@return how many numbers a point has} */
    public int dimensions() {
        return dimensions;
    }

    /**
     * One number of a point.
     *
     * @param point 0 … count - 1
     * @param dimension 0 … dimensions - 1
     * @return the number
     */
    public double get(int point, int dimension) {
        return values[point * dimensions + dimension];
    }

    /**
     * Some of the points, in the given order. A point may come twice.
     *
     * @param indices each 0 … count - 1, at least one
     * @return new points
     */
    public Features subset(int... indices) {
        double[] chosen = new double[Math.multiplyExact(indices.length, dimensions)];
        for (int i = 0; i < indices.length; i++) {
            Check.that(
                    0 <= indices[i] && indices[i] < count(),
                    "index must be in [0, %d], got %d",
                    count() - 1,
                    indices[i]);
            System.arraycopy(values, indices[i] * dimensions, chosen, i * dimensions, dimensions);
        }
        return new Features(dimensions, chosen);
    }

    /** The points as float64 (N, D), owned by the manager. */
    NDArray tensor(NDManager manager) {
        try (NDArray view = manager.create(values, new Shape(count(), dimensions))) {
            return view.duplicate();
        }
    }
}
