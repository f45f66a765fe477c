package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import java.util.function.DoubleBinaryOperator;

/**
 * Claims that are checked. One that holds prints a line; one that does not throws {@link
 * ClaimFailed} with both values. NaN never holds, and nor does a comparison of nothing. When a test
 * of an assignment fails for the second time, the message also holds a hint.
 *
 * <pre>✓ Eq. 7 holds: largest error 3.1e-16, allowed 1e-12, over 2,000 cases</pre>
 */
public final class Claim {

    private Claim() {}

    /**
     * Claims |actual - expected| ≤ tolerance.
     *
     * @param name what is claimed, such as "Eq. 7"
     * @param expected the value it should be
     * @param actual the value it is
     * @param tolerance largest error allowed, at least 0
     * @throws ClaimFailed if the error is larger or a value is not finite
     */
    public static void equal(String name, double expected, double actual, double tolerance) {
        equal(name, new double[] {expected}, new double[] {actual}, tolerance);
    }

    /**
     * Claims |actual - expected| ≤ tolerance for each pair.
     *
     * @param name what is claimed, such as "Eq. 7"
     * @param expected the values they should be, at least one
     * @param actual the values they are, as many
     * @param tolerance largest error allowed, at least 0
     * @throws ClaimFailed if an error is larger, a value is not finite, or the lengths differ
     */
    public static void equal(String name, double[] expected, double[] actual, double tolerance) {
        compare(name, "error", expected, actual, tolerance, (e, a) -> Math.abs(a - e));
    }

    /**
     * Claims |actual - expected| ≤ tolerance for each element.
     *
     * @param name what is claimed, such as "Eq. 7"
     * @param expected the tensor it should be
     * @param actual the tensor it is, of the same shape
     * @param tolerance largest error allowed, at least 0
     * @throws ClaimFailed if an error is larger, a value is not finite, or the shapes differ
     */
    public static void equal(String name, NDArray expected, NDArray actual, double tolerance) {
        if (!expected.getShape().equals(actual.getShape())) {
            fail(
                    name,
                    "expected the shape %s, got %s"
                            .formatted(expected.getShape(), actual.getShape()));
        }
        equal(name, ddpm.Tensors.doubles(expected), ddpm.Tensors.doubles(actual), tolerance);
    }

    /**
     * Claims |actual - expected| ≤ tolerance · |expected|, for numbers of any size.
     *
     * @param name what is claimed, such as "Eq. 7"
     * @param expected the value it should be
     * @param actual the value it is
     * @param tolerance largest relative error allowed, at least 0
     * @throws ClaimFailed if the error is larger or a value is not finite
     */
    public static void equalRelative(
            String name, double expected, double actual, double tolerance) {
        equalRelative(name, new double[] {expected}, new double[] {actual}, tolerance);
    }

    /**
     * Claims |actual - expected| ≤ tolerance · |expected| for each pair.
     *
     * @param name what is claimed, such as "Eq. 7"
     * @param expected the values they should be, at least one
     * @param actual the values they are, as many
     * @param tolerance largest relative error allowed, at least 0
     * @throws ClaimFailed if an error is larger, a value is not finite, or the lengths differ
     */
    public static void equalRelative(
            String name, double[] expected, double[] actual, double tolerance) {
        compare(name, "relative error", expected, actual, tolerance, Claim::relativeError);
    }

    /**
     * Claims that two things are the same by their {@code equals}.
     *
     * @param name what is claimed
     * @param expected what it should be
     * @param actual what it is
     * @throws ClaimFailed if they differ
     */
    public static void same(String name, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            fail(name, "expected %s, got %s".formatted(expected, actual));
        }
        holds(name, "both are %s".formatted(actual));
    }

    /**
     * Claims value &lt; limit.
     *
     * @param name what is claimed to be small
     * @param value the value
     * @param limit above it
     * @throws ClaimFailed if the value is the limit, above it or NaN
     */
    public static void below(String name, double value, double limit) {
        if (!(value < limit)) {
            fail(name, "%s is not below %s".formatted(number(value), number(limit)));
        }
        holds(name, "%s is below %s".formatted(number(value), number(limit)));
    }

    /**
     * Claims value &gt; limit.
     *
     * @param name what is claimed to be large
     * @param value the value
     * @param limit below it
     * @throws ClaimFailed if the value is the limit, below it or NaN
     */
    public static void above(String name, double value, double limit) {
        if (!(value > limit)) {
            fail(name, "%s is not above %s".formatted(number(value), number(limit)));
        }
        holds(name, "%s is above %s".formatted(number(value), number(limit)));
    }

    /**
     * Claims that a condition is true. Prefer a claim that shows its values.
     *
     * @param name what is claimed
     * @param condition whether it is so
     * @throws ClaimFailed if it is false
     */
    public static void holds(String name, boolean condition) {
        if (!condition) {
            throw new ClaimFailed(
                    "✗ " + name + " does not hold" + Hints.SHIPPED.afterMissing(name));
        }
        Notebook.show("✓ " + name + " holds");
    }

    private static void compare(
            String name,
            String kind,
            double[] expected,
            double[] actual,
            double tolerance,
            DoubleBinaryOperator error) {
        Check.that(tolerance >= 0, "the tolerance must be >= 0, got %s", tolerance);
        if (expected.length == 0) {
            fail(name, "there is nothing to compare");
        }
        if (expected.length != actual.length) {
            fail(name, "expected %d values, got %d".formatted(expected.length, actual.length));
        }
        int worst = worst(expected, actual, error);
        double largest = error.applyAsDouble(expected[worst], actual[worst]);
        String sum =
                (expected.length == 1 ? kind : "largest " + kind)
                        + " %s, allowed %s"
                                .formatted(Numbers.small(largest), Numbers.small(tolerance))
                        + (expected.length == 1
                                ? ""
                                : ", over " + Numbers.count(expected.length) + " cases");
        if (!(largest <= tolerance)) {
            String where = expected.length == 1 ? "" : " at index " + worst;
            fail(
                    name,
                    "expected %s, got %s%s; %s"
                            .formatted(expected[worst], actual[worst], where, sum));
        }
        holds(name, sum);
    }

    /** Index of the largest error; the first one that is NaN if there is one. */
    private static int worst(double[] expected, double[] actual, DoubleBinaryOperator error) {
        int worst = 0;
        double largest = -1;
        for (int i = 0; i < expected.length; i++) {
            double e = error.applyAsDouble(expected[i], actual[i]);
            if (!(e <= Double.MAX_VALUE)) {
                return i;
            }
            if (e > largest) {
                largest = e;
                worst = i;
            }
        }
        return worst;
    }

    /** 0 for two zeros; infinite if only the expected value is 0. */
    private static double relativeError(double expected, double actual) {
        double error = Math.abs(actual - expected);
        return error == 0 ? 0 : error / Math.abs(expected);
    }

    private static String number(double x) {
        return Numbers.significant(x, 4);
    }

    private static void holds(String name, String how) {
        Notebook.show("✓ " + name + " holds: " + how);
    }

    private static void fail(String name, String how) {
        throw new ClaimFailed("✗ " + name + " fails: " + how + Hints.SHIPPED.afterMissing(name));
    }
}
