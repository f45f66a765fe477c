package ddpm.measure;

import ddpm.Check;
import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/**
 * A value and how far it can be trusted.
 *
 * @param value the value
 * @param halfWidth half the width of its 95 % confidence interval, which is value ± half width; 0
 *     for what is known without error
 */
public record Estimate(double value, double halfWidth) {

    private static final double NORMAL = 1.959963984540054; // Φ(1.96) = 0.975
    private static final double TAIL = 0.05;

    /**
     * Checks the range.
     *
     * @param value the value
     * @param halfWidth half the width of its interval, at least 0
     */
    public Estimate {
        Check.that(Double.isFinite(value), "the value must be finite, got %s", value);
        Check.that(
                0 <= halfWidth && halfWidth < Double.POSITIVE_INFINITY,
                "the half width must be >= 0 and finite, got %s",
                halfWidth);
    }

    /**
     * A value whose error is normal.
     *
     * @param value the value
     * @param standardError its standard deviation
     * @return the value ± 1.96 standard errors
     */
    public static Estimate normal(double value, double standardError) {
        return new Estimate(value, NORMAL * standardError);
    }

    /**
     * The mean of several runs, such as runs with different seeds. The interval is Student's: it
     * knows that the spread is itself estimated from few runs.
     *
     * <pre>mean ± t s / √n, with t the 97.5 % point of Student's law with n - 1 degrees of freedom
     * </pre>
     *
     * @param values one of each run, at least 2
     * @return the mean and its interval
     * @throws IllegalArgumentException if there are fewer than 2 values
     */
    public static Estimate overRuns(double... values) {
        int n = values.length;
        Check.that(n >= 2, "an interval over runs needs at least 2 runs, got %d", n);
        return new Estimate(mean(values), student(n - 1) * deviation(values) / Math.sqrt(n));
    }

    /**
     * The mean of many independent values.
     *
     * @param values at least 2
     * @return the mean ± 1.96 standard errors
     */
    static Estimate ofMean(double... values) {
        return normal(mean(values), deviation(values) / Math.sqrt(values.length));
    }

    static double mean(double... values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The standard deviation, with n - 1. */
    static double deviation(double... values) {
        double mean = mean(values);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }

    /**
     * The share of successes, with the interval of Wilson (1927). That interval is not symmetric;
     * the half width is the longer side.
     *
     * @param successes how many, 0 to n
     * @param n how many trials, at least 1
     * @return the share
     */
    public static Estimate share(long successes, long n) {
        Check.that(0 <= successes && successes <= n && n >= 1, "%d of %d?", successes, n);
        double p = (double) successes / n;
        double z2 = NORMAL * NORMAL / n;
        double centre = (p + z2 / 2) / (1 + z2);
        double half = NORMAL * Math.sqrt(p * (1 - p) / n + z2 / n / 4) / (1 + z2);
        return new Estimate(p, half + Math.abs(centre - p));
    }

    /** The 97.5 % point of Student's law: P(|t| > q) = I_x(ν/2, 1/2) = 0.05, x = ν / (ν + q²). */
    static double student(int freedom) {
        double low = 0;
        double high = 1;
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (RegularizedBeta.value(middle, freedom / 2.0, 0.5) < TAIL) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.sqrt(freedom * (1 / low - 1));
    }

    @Override
    public String toString() {
        if (halfWidth == 0) {
            return String.format(Locale.ROOT, "%.4g", value);
        }
        int digits = (int) Math.max(0, 1 - Math.floor(Math.log10(halfWidth)));
        String format = "%." + digits + "f ± %." + digits + "f";
        return String.format(Locale.ROOT, format, value, halfWidth);
    }
}
