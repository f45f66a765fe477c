package ddpm.notebook;

import ddpm.Check;
import java.util.function.DoubleSupplier;

/**
 * Says how far a reader's own solution is, with a hint after the second miss. It never throws, so
 * that a notebook runs on.
 */
public final class Exercise {

    private Exercise() {}

    /**
     * Compares a solution with the right value and prints one line.
     *
     * @param name what is checked
     * @param want the right value
     * @param got runs the solution; what it throws is printed
     * @param tolerance largest error allowed, at least 0
     */
    public static void check(String name, double want, DoubleSupplier got, double tolerance) {
        isRight(name, want, got, tolerance);
    }

    static boolean isRight(String name, double want, DoubleSupplier got, double tolerance) {
        Check.that(tolerance >= 0, "the tolerance must be >= 0, got %s", tolerance);
        try {
            double value = got.getAsDouble();
            boolean right = Math.abs(value - want) <= tolerance;
            if (right) {
                Notebook.show("✓ %s: got %s".formatted(name, number(value)));
            } else {
                missed(name, number(value), number(want));
            }
            return right;
        } catch (RuntimeException e) {
            missed(name, e.toString(), number(want));
            return false;
        }
    }

    private static void missed(String name, String got, String want) {
        String hint = Hints.SHIPPED.afterMissing(name, want);
        Notebook.show("not yet, %s: got %s, want %s%s".formatted(name, got, want, hint));
    }

    private static String number(double x) {
        return Numbers.significant(x, 6);
    }
}
