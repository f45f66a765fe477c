package ddpm.forward;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ddpm.reference.Grid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tensors get the formulas of numbers: equal to the double version within float32. */
final class ForwardTensorTest {

    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);

    private NDManager manager;
    private NDArray x0;
    private NDArray eps;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        x0 = manager.create(new float[] {-1, -0.5f, 0, 0.25f, 0.75f, 1}, new Shape(3, 1, 2, 1));
        eps = manager.create(new float[] {2, -1, 0.5f, 0, -3, 0.1f}, new Shape(3, 1, 2, 1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void oneStepForAllImagesEqualsTheDoubles() {
        check(FORWARD.sample(x0, 7, eps), new int[] {7, 7, 7}, FORWARD::sample);
        check(FORWARD.step(x0, 7, eps), new int[] {7, 7, 7}, FORWARD::step);
    }

    @Test
    void eachImageGetsItsOwnStep() {
        int[] t = {1, 10, 4};
        check(FORWARD.sample(x0, t, eps), t, FORWARD::sample);
    }

    private void check(NDArray actual, int[] t, Scalar scalar) {
        float[] clean = x0.toFloatArray();
        float[] noise = eps.toFloatArray();
        float[] values = actual.toFloatArray();
        assertEquals(x0.getShape(), actual.getShape());
        assertEquals(DataType.FLOAT32, actual.getDataType());
        for (int i = 0; i < values.length; i++) {
            double expected = scalar.apply(clean[i], t[i / 2], noise[i]);
            double size = Math.abs(clean[i]) + Math.abs(noise[i]);
            assertEquals(expected, values[i], 4 * 6e-8 * size); // four roundings of float32
        }
    }

    @Test
    void theResultIsAllThatStaysAttachedToTheFirstManager() {
        try (NDManager step = manager.newSubManager()) {
            NDArray image = x0.duplicate();
            image.attach(step);
            NDArray xt = FORWARD.sample(image, new int[] {1, 2, 3}, eps);
            assertSame(step, xt.getManager());
            assertEquals(2, step.getManagedArrays().size());
            FORWARD.sample(image, 4, eps);
            assertEquals(3, step.getManagedArrays().size());
        }
    }

    @Test
    void gradientsSurviveAGarbageCollection() {
        // d(Σ x_t²)/dx_0 = 2 √ᾱ_t x_t. A scalar in memory that Java frees would give garbage here.
        int[] t = {1, 10, 4};
        x0.setRequiresGradient(true);
        for (int round = 0; round < 5; round++) {
            double[] expected = new double[6];
            try (var collector = Engine.getEngine("PyTorch").newGradientCollector()) {
                NDArray xt = FORWARD.step(FORWARD.sample(x0, t, eps), 3, eps);
                float[] values = xt.toFloatArray();
                for (int i = 0; i < expected.length; i++) {
                    double factor = FORWARD.step(FORWARD.signalScale(t[i / 2]), 3, 0);
                    expected[i] = 2 * factor * values[i];
                }
                NDArray loss = xt.mul(xt).sum();
                System.gc();
                byte[][] rubbish = new byte[64][];
                for (int i = 0; i < rubbish.length; i++) {
                    rubbish[i] = new byte[100_000];
                }
                assertTrue(rubbish[63].length > 0);
                collector.backward(loss);
            }
            float[] gradient = x0.getGradient().toFloatArray();
            for (int i = 0; i < expected.length; i++) {
                assertEquals(expected[i], gradient[i], 1e-5);
            }
            x0.getGradient().subi(x0.getGradient());
        }
    }

    @Test
    void badTensorsAreRefusedWithTheirShapes() {
        NDArray other = manager.zeros(new Shape(2, 1, 2, 1));
        NDArray empty = manager.create(new float[0], new Shape(0, 1, 2, 1));
        NDArray bytes = manager.create(new byte[6], new Shape(3, 1, 2, 1));
        assertRefused(
                "x0 is (3, 1, 2, 1) but eps is (2, 1, 2, 1)", () -> FORWARD.sample(x0, 1, other));
        assertRefused(
                "xPrevious is (3, 1, 2, 1) but eps is (2, 1, 2, 1)",
                () -> FORWARD.step(x0, 1, other));
        assertRefused(
                "x0 must hold at least one image, got shape (0, 1, 2, 1)",
                () -> FORWARD.sample(empty, 1, empty));
        assertRefused(
                "x0 must be float32, got int8; convert it by toType(DataType.FLOAT32, true)",
                () -> FORWARD.sample(bytes, 1, bytes));
        assertRefused("t must be in [1, 10], got 0", () -> FORWARD.sample(x0, 0, eps));
        assertRefused("t must be in [1, 10], got 11", () -> FORWARD.step(x0, 11, eps));
    }

    @Test
    void badStepsAreRefusedWithTheirValues() {
        assertRefused(
                "x0 is (3, 1, 2, 1) but t holds 2 steps: [1, 2]",
                () -> FORWARD.sample(x0, new int[] {1, 2}, eps));
        assertRefused(
                "x0 is (3, 1, 2, 1) but t holds 0 steps: []",
                () -> FORWARD.sample(x0, new int[0], eps));
        assertRefused(
                "t must be in [1, 10], got 0", () -> FORWARD.sample(x0, new int[] {1, 0, 2}, eps));
    }

    @Test
    void aCombinationRefusesWhatDoesNotGoTogether() {
        NDArray other = manager.zeros(new Shape(2, 1, 2, 1));
        var sum = new LinearCombination(1, 1);
        String message = "x is (3, 1, 2, 1) but y is (2, 1, 2, 1)";
        assertRefused(message, () -> sum.apply(x0, other));
        assertRefused(
                message, () -> LinearCombination.apply(x0, new int[] {1, 2, 3}, other, t -> sum));
        assertRefused(
                "x is (3, 1, 2, 1) but t holds 2 steps: [1, 2]",
                () -> LinearCombination.apply(x0, new int[] {1, 2}, eps, t -> sum));
    }

    @Test
    void coefficientsMustBeFinite() {
        assertRefused(
                "coefficients must be finite, got NaN and 1.0",
                () -> new LinearCombination(Double.NaN, 1));
        assertRefused(
                "coefficients must be finite, got 1.0 and Infinity",
                () -> new LinearCombination(1, Double.POSITIVE_INFINITY));
        assertEquals(5, new LinearCombination(1, 2).apply(1, 2));
    }

    @FunctionalInterface
    private interface Scalar {
        double apply(double x, int t, double eps);
    }
}
