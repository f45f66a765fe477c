package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ddpm.data.ImageSet;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Arrays as one line of text, never as thousands of numbers. */
final class Tensors {

    private static final int FEW = 10;
    private static final int MOST_IMAGES = 20;
    private static final int LEAST_SIDE = 8;
    private static final int MOST_SIDE = 256;
    private static final Collector<CharSequence, ?, String> COMMAS = Collectors.joining(", ");

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
        return range(Arrays.stream(x).summaryStatistics());
    }

    /**
     * The first images of a batch (N, C, H, W) of at most three colours; empty for all else, and if
     * a number is not finite. A copy on the Java side.
     */
    static Optional<ImageSet> images(NDArray array) {
        if (array.isReleased() || !isBatch(array.getShape()) || !array.getDataType().isFloating()) {
            return Optional.empty();
        }
        try (NDArray first = array.get(":" + MOST_IMAGES)) {
            return Optional.of(ImageSet.of(first));
        } catch (IllegalArgumentException e) { // NaN
            return Optional.empty();
        }
    }

    private static boolean isBatch(Shape shape) {
        return shape.dimension() == 4
                && shape.get(0) >= 1
                && (shape.get(1) == 1 || shape.get(1) == 3)
                && isSide(shape.get(2))
                && isSide(shape.get(3));
    }

    private static boolean isSide(long pixels) {
        return LEAST_SIDE <= pixels && pixels <= MOST_SIDE;
    }

    /** Java arrays have no text of their own; null and everything else does. */
    static String describeAny(Object value) {
        if (value == null || !value.getClass().isArray()) {
            return String.valueOf(value);
        }
        Class<?> element = value.getClass().getComponentType();
        if (element.isArray()) {
            return nested(value);
        }
        int length = Array.getLength(value);
        IntFunction<String> text = i -> element(Array.get(value, i));
        String few = IntStream.range(0, Math.min(FEW, length)).mapToObj(text).collect(COMMAS);
        return "[" + few + (length > FEW ? rest(length) : "") + "]";
    }

    /** Type, lengths and range: double[3][200], 0 to 1, mean 0.5. */
    private static String nested(Object array) {
        var lengths = new StringBuilder();
        Object inner = array;
        while (inner != null && inner.getClass().isArray()) {
            int length = Array.getLength(inner);
            lengths.append('[').append(Numbers.count(length)).append(']');
            inner = length > 0 ? Array.get(inner, 0) : null;
        }
        String name = array.getClass().getComponentType().getSimpleName().replace("[]", "");
        var range = numbers(array).summaryStatistics();
        return name + lengths + (range.getCount() > 0 ? ", " + range(range) : "");
    }

    private static DoubleStream numbers(Object value) {
        if (value instanceof Number number) {
            return DoubleStream.of(number.doubleValue());
        }
        return value != null && value.getClass().isArray()
                ? IntStream.range(0, Array.getLength(value))
                        .mapToObj(i -> Array.get(value, i))
                        .flatMapToDouble(Tensors::numbers)
                : DoubleStream.empty();
    }

    private static String element(Object value) {
        return value instanceof Double || value instanceof Float
                ? number(((Number) value).doubleValue())
                : describeAny(value);
    }

    private static String list(double[] x) {
        String few = Arrays.stream(x).limit(FEW).mapToObj(Tensors::number).collect(COMMAS);
        return "[" + few + "]";
    }

    private static String rest(int length) {
        return ", … " + Numbers.count(length) + " in all";
    }

    private static String range(DoubleSummaryStatistics range) {
        return "%s to %s, mean %s"
                .formatted(
                        number(range.getMin()), number(range.getMax()), number(range.getAverage()));
    }

    private static String number(double x) {
        return Numbers.significant(x, 4);
    }
}
