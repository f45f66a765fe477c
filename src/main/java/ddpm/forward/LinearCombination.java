package ddpm.forward;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.TensorCheck;
import ddpm.Tensors;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Two coefficients. Nearly every formula of the paper is a x + b y with coefficients that depend on
 * t; written so, it exists once for numbers and for tensors.
 *
 * @param a the coefficient of the first argument, finite
 * @param b the coefficient of the second argument, finite
 */
public record LinearCombination(double a, double b) {

    /**
     * Refuses NaN and infinity.
     *
     * @param a finite
     * @param b finite
     */
    public LinearCombination {
        Check.that(
                Double.isFinite(a) && Double.isFinite(b),
                "coefficients must be finite, got %s and %s",
                a,
                b);
    }

    /**
     * The combination of two numbers.
     *
     * @param x the first
     * @param y the second
     * @return a x + b y
     * @throws IllegalArgumentException if x or y is not finite
     */
    public double apply(double x, double y) {
        Check.that(
                Double.isFinite(x) && Double.isFinite(y),
                "values must be finite, got %s and %s",
                x,
                y);
        return a * x + b * y;
    }

    /**
     * The combination of two tensors. Gradients flow to both.
     *
     * @param x the first, float32, any shape with the batch first
     * @param y the second, shape of x
     * @return a x + b y, shape of x, attached to x's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty or a type is not
     *     float32
     */
    public NDArray apply(NDArray x, NDArray y) {
        TensorCheck.sameShape("x", x, "y", y);
        NDManager manager = x.getManager();
        // A 0-d array and not mul(Number): autograd would keep a scalar whose memory is soon freed.
        try (NDArray first = manager.full(new Shape(), (float) a);
                NDArray second = manager.full(new Shape(), (float) b)) {
            return sumOfProducts(first, x, second, y);
        }
    }

    /**
     * The combination of two batches, where each image has its own step. Gradients flow to both.
     *
     * @param x the first, (N, …) float32
     * @param t the step of each image, N integers
     * @param y the second, shape of x
     * @param coefficients the coefficients at a step
     * @return a_t x + b_t y, shape of x, attached to x's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty, a type is not
     *     float32 or the length of t is not N
     */
    public static NDArray apply(
            NDArray x, int[] t, NDArray y, IntFunction<LinearCombination> coefficients) {
        TensorCheck.sameShape("x", x, "y", y);
        TensorCheck.oneStepPerImage("x", x, t);
        LinearCombination[] perImage =
                Arrays.stream(t).mapToObj(coefficients).toArray(LinearCombination[]::new);
        try (NDArray first = column(x, Arrays.stream(perImage).mapToDouble(c -> c.a).toArray());
                NDArray second =
                        column(x, Arrays.stream(perImage).mapToDouble(c -> c.b).toArray())) {
            return sumOfProducts(first, x, second, y);
        }
    }

    /**
     * One number per image, shaped to multiply a batch.
     *
     * @param x the batch, (N, …)
     * @param values N numbers
     * @return the numbers as float32 of shape (N, 1, …), with as many axes as x, attached to x's
     *     manager
     */
    public static NDArray column(NDArray x, double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        long[] axes = new long[x.getShape().dimension()];
        Arrays.fill(axes, 1);
        axes[0] = floats.length;
        return Tensors.of(x.getManager(), floats, new Shape(axes));
    }

    private static NDArray sumOfProducts(NDArray a, NDArray x, NDArray b, NDArray y) {
        try (NDArray first = x.mul(a);
                NDArray second = y.mul(b)) {
            return first.add(second);
        }
    }
}
