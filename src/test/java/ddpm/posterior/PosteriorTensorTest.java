package ddpm.posterior;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.forward.ForwardProcess;
import ddpm.reference.Grid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tensor methods equal the double ones within float32. */
final class PosteriorTensorTest {

    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final Posterior POSTERIOR = new Posterior(Grid.SHORT);
    private static final int[] ALL_SEVEN = {7, 7, 7};
    private static final int[] OWN = {1, 10, 4};

    private NDManager manager;
    private NDArray x;
    private NDArray y;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager();
        x = manager.create(new float[] {-1, -0.5f, 0, 0.25f, 0.75f, 1}, new Shape(3, 1, 2, 1));
        y = manager.create(new float[] {2, -1, 0.5f, 0, -3, 0.1f}, new Shape(3, 1, 2, 1));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void thePosteriorEqualsTheDoubles() {
        check(POSTERIOR.mean(x, y, 7), ALL_SEVEN, POSTERIOR::mean);
        check(POSTERIOR.mean(x, y, OWN), OWN, POSTERIOR::mean);
        check(POSTERIOR.meanFromNoise(x, y, 7), ALL_SEVEN, POSTERIOR::meanFromNoise);
    }

    @ParameterizedTest
    @EnumSource
    void thePredictionsEqualTheDoubles(Prediction p) {
        check(p.target(FORWARD, x, 7, y), ALL_SEVEN, (a, b, t) -> p.target(FORWARD, a, t, b));
        check(p.x0(FORWARD, x, 7, y), ALL_SEVEN, (a, b, t) -> p.x0(FORWARD, a, t, b));
        check(p.eps(FORWARD, x, 7, y), ALL_SEVEN, (a, b, t) -> p.eps(FORWARD, a, t, b));
        check(p.mean(FORWARD, x, 7, y), ALL_SEVEN, (a, b, t) -> p.mean(FORWARD, a, t, b));
        check(p.target(FORWARD, x, OWN, y), OWN, (a, b, t) -> p.target(FORWARD, a, t, b));
        check(p.x0(FORWARD, x, OWN, y), OWN, (a, b, t) -> p.x0(FORWARD, a, t, b));
        check(p.eps(FORWARD, x, OWN, y), OWN, (a, b, t) -> p.eps(FORWARD, a, t, b));
        check(p.mean(FORWARD, x, OWN, y), OWN, (a, b, t) -> p.mean(FORWARD, a, t, b));
    }

    private void check(NDArray actual, int[] t, Scalar scalar) {
        assertEquals(x.getShape(), actual.getShape());
        assertSame(manager, actual.getManager());
        float[] first = x.toFloatArray();
        float[] second = y.toFloatArray();
        float[] values = actual.toFloatArray();
        for (int i = 0; i < values.length; i++) {
            int step = t[i / 2];
            double size = // the absolute values of the two terms
                    Math.abs(scalar.apply(first[i], 0, step))
                            + Math.abs(scalar.apply(0, second[i], step));
            double expected = scalar.apply(first[i], second[i], step);
            assertEquals(expected, values[i], 4 * 6e-8 * size); // four roundings of float32
        }
    }

    @ParameterizedTest
    @EnumSource
    void shapesThatDifferAreRefused(Prediction p) {
        NDArray other = manager.zeros(new Shape(3, 2));
        String output = "xt is (3, 1, 2, 1) but output is (3, 2)";
        assertRefused("x0 is (3, 1, 2, 1) but eps is (3, 2)", () -> p.target(FORWARD, x, 1, other));
        assertRefused(
                "x0 is (3, 1, 2, 1) but eps is (3, 2)", () -> p.target(FORWARD, x, OWN, other));
        assertRefused(output, () -> p.x0(FORWARD, x, 1, other));
        assertRefused(output, () -> p.x0(FORWARD, x, OWN, other));
        assertRefused(output, () -> p.eps(FORWARD, x, 1, other));
        assertRefused(output, () -> p.eps(FORWARD, x, OWN, other));
        assertRefused(output, () -> p.mean(FORWARD, x, 1, other));
        assertRefused(output, () -> p.mean(FORWARD, x, OWN, other));
        assertRefused("x0 is (3, 1, 2, 1) but xt is (3, 2)", () -> POSTERIOR.mean(x, other, 1));
        assertRefused("x0 is (3, 1, 2, 1) but xt is (3, 2)", () -> POSTERIOR.mean(x, other, OWN));
        assertRefused(
                "xt is (3, 1, 2, 1) but eps is (3, 2)", () -> POSTERIOR.meanFromNoise(x, other, 1));
    }

    @ParameterizedTest
    @EnumSource
    void badStepsAndEmptyBatchesAreRefused(Prediction p) {
        NDArray empty = manager.create(new float[0], new Shape(0, 1, 2, 1));
        assertRefused(
                "xt must hold at least one image, got shape (0, 1, 2, 1)",
                () -> p.x0(FORWARD, empty, 1, empty));
        int[] one = {4};
        String steps = " is (3, 1, 2, 1) but t holds 1 steps: [4]";
        assertRefused("x0" + steps, () -> p.target(FORWARD, x, one, y));
        assertRefused("xt" + steps, () -> p.x0(FORWARD, x, one, y));
        assertRefused("xt" + steps, () -> p.eps(FORWARD, x, one, y));
        assertRefused("xt" + steps, () -> p.mean(FORWARD, x, one, y));
        assertRefused("x0" + steps, () -> POSTERIOR.mean(x, y, one));
        assertRefused("t must be in [1, 10], got 11", () -> p.x0(FORWARD, x, 11, y));
        assertRefused(
                "t must be in [1, 10], got 0", () -> p.mean(FORWARD, x, new int[] {1, 1, 0}, y));
    }

    @FunctionalInterface
    private interface Scalar {
        double apply(double x, double y, int t);
    }
}
