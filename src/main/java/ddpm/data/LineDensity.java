package ddpm.data;

import ddpm.Check;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * A law on the line, held as its density at the middles of even cells. A chain of Gaussian steps
 * takes it to another law without any randomness, so that errors far below those of a sample can be
 * seen. Immutable.
 *
 * <p>A sum over even cells is as exact as the doubles for a smooth density, as long as a step's
 * standard deviation is at least about twice the width of a cell.
 */
public final class LineDensity {

    private static final double REACH = 9; // standard deviations; beyond is less than 3e-19

    private final double low;
    private final double width;
    private final double[] density;

    private LineDensity(double low, double width, double[] density) {
        this.low = low;
        this.width = width;
        this.density = density;
    }

    /**
     * A density, taken at the middles of even cells and scaled to a total of 1.
     *
     * @param density at least 0 everywhere, and nearly 0 outside of [low, high]
     * @param low left end
     * @param high right end, above low
     * @param cells number of cells, 2 to 100,000
     * @return the law
     * @throws IllegalArgumentException if an argument is outside its range, a value of the density
     *     is negative or not finite, or all are 0
     */
    public static LineDensity of(DoubleUnaryOperator density, double low, double high, int cells) {
        Check.that(
                Double.isFinite(low) && low < high && high < Double.POSITIVE_INFINITY,
                "need finite low < high, got %s and %s",
                low,
                high);
        Check.that(2 <= cells && cells <= 100_000, "cells must be in [2, 100000], got %d", cells);
        double width = (high - low) / cells;
        double[] values = new double[cells];
        for (int i = 0; i < cells; i++) {
            double x = low + (i + 0.5) * width;
            values[i] = density.applyAsDouble(x);
            Check.that(
                    0 <= values[i] && values[i] < Double.POSITIVE_INFINITY,
                    "a density must be >= 0 and finite, got %s at %s",
                    values[i],
                    x);
        }
        return scaled(low, width, values);
    }

    private static LineDensity scaled(double low, double width, double[] values) {
        double total = 0;
        for (double value : values) {
            total += value * width;
        }
        Check.that(total > 0, "a density must not be 0 everywhere");
        for (int i = 0; i < values.length; i++) {
            values[i] /= total;
        }
        return new LineDensity(low, width, values);
    }

    /**
     * The law of y when x has this law and y given x is Gaussian: one step of a chain.
     *
     * <pre>p(y) = ∫ p(x) N(y; mean(x), variance) dx</pre>
     *
     * @param mean the mean of y for each x
     * @param variance the variance of y, positive
     * @return the law of y, on the same cells; what falls outside is cut off
     * @throws IllegalArgumentException if the variance is not positive and finite
     */
    public LineDensity step(DoubleUnaryOperator mean, double variance) {
        Check.that(
                0 < variance && variance < Double.POSITIVE_INFINITY,
                "the variance must be positive and finite, got %s",
                variance);
        double[] next = new double[density.length];
        for (int i = 0; i < density.length; i++) {
            if (density[i] > 0) {
                spread(density[i], mean.applyAsDouble(x(i)), variance, next);
            }
        }
        return scaled(low, width, next);
    }

    private void spread(double mass, double mean, double variance, double[] next) {
        double place = Math.max(0, Math.min(next.length - 1, (mean - low) / width));
        int middle = (int) place; // the cell of the mean, or the end that is nearest to it
        addTail(mass, mean, variance, next, middle, 1);
        addTail(mass, mean, variance, next, middle - 1, -1);
    }

    /** From a cell outwards, e^(-(z+h)²/2v) = e^(-z²/2v) r with r = e^(-(2zh+h²)/2v). */
    private void addTail(
            double mass, double mean, double variance, double[] next, int start, int direction) {
        double z = x(start) - mean;
        double h = direction * width;
        double value = mass * Math.exp(-z * z / (2 * variance));
        double ratio = Math.exp(-h * (2 * z + h) / (2 * variance));
        double shrink = Math.exp(-h * h / variance);
        int cells = (int) Math.ceil(REACH * Math.sqrt(variance) / width);
        int end = Math.max(-1, Math.min(next.length, start + direction * (cells + 1)));
        for (int j = start; j != end && 0 <= j; j += direction) {
            next[j] += value;
            value *= ratio;
            ratio *= shrink;
        }
    }

    /**
     * The mean of a function under this law.
     *
     * @param function of x
     * @return E f(x)
     */
    public double mean(DoubleUnaryOperator function) {
        return IntStream.range(0, density.length)
                .filter(i -> density[i] > 0)
                .mapToDouble(i -> density[i] * width * function.applyAsDouble(x(i)))
                .sum();
    }

    /**
     * The variance of a function under this law.
     *
     * @param function of x
     * @return Var f(x)
     */
    public double variance(DoubleUnaryOperator function) {
        double mean = mean(function);
        return mean(
                x -> {
                    double difference = function.applyAsDouble(x) - mean;
                    return difference * difference;
                });
    }

    /**
     * The middles of the cells.
     *
     * @return x, rising; a copy
     */
    public double[] x() {
        return IntStream.range(0, density.length).mapToDouble(this::x).toArray();
    }

    /**
     * The density at the middles of the cells.
     *
     * @return p(x); a copy
     */
    public double[] density() {
        return density.clone();
    }

    private double x(int cell) {
        return low + (cell + 0.5) * width;
    }

    @Override
    public String toString() {
        return "LineDensity[%d cells from %s]".formatted(density.length, low);
    }
}
