package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.Locale;

/** Arrays as one line of text, never as thousands of numbers. */
final class Tensors {

    private static final int FEW = 10;

    private Tensors() {}

    /** Shape, type, device and range: (64, 1, 28, 28) float32 on cpu, -1 to 1, mean -0.737. */
    static String describe(NDArray array) {
        try {
            String kind =
                    array.getShape()
                            + " "
                            + array.getDataType().name().toLowerCase(Locale.ROOT)
                            + " on "
                            + array.getDevice().toString().replace("()", "");
            return kind + ", " + (array.isEmpty() ? "empty" : values(array));
        } catch (IllegalStateException e) { // the engine's way to say so
            return "a closed array";
        } catch (UnsupportedOperationException e) {
            return "an array that cannot be read: " + e.getMessage();
        }
    }

    private static String values(NDArray array) {
        DataType type = array.getDataType();
        if (!type.isFloating() && !type.isInteger()) {
            return "not numbers";
        }
        double[] x = ddpm.Tensors.doubles(array);
        if (x.length <= FEW) {
            return "values " + list(x);
        }
        long notNumbers = Arrays.stream(x).filter(v -> !Double.isFinite(v)).count();
        if (notNumbers > 0) {
            return Numbers.count(notNumbers) + " values are NaN or infinite";
        }
        var range = Arrays.stream(x).summaryStatistics();
        return number(range.getMin())
                + " to "
                + number(range.getMax())
                + ", mean "
                + number(range.getAverage());
    }

    /** Java arrays have no text of their own; null and everything else does. */
    static String describeAny(Object value) {
        if (value instanceof double[] x) {
            return list(x);
        } else if (value instanceof float[] x) {
            double[] wide = new double[x.length];
            Arrays.setAll(wide, i -> x[i]);
            return list(wide);
        } else if (value instanceof int[] x) {
            return list(Arrays.stream(x).asDoubleStream().toArray());
        } else if (value instanceof Object[] x) {
            return Arrays.toString(x);
        }
        return String.valueOf(value);
    }

    private static String list(double[] x) {
        var text = new StringBuilder("[");
        for (int i = 0; i < Math.min(FEW, x.length); i++) {
            text.append(i == 0 ? "" : ", ").append(number(x[i]));
        }
        if (x.length > FEW) {
            text.append(", … ").append(Numbers.count(x.length)).append(" in all");
        }
        return text.append(']').toString();
    }

    private static String number(double x) {
        return Numbers.significant(x, 4);
    }
}
