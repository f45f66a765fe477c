package ddpm.reference;

import java.math.BigDecimal;
import java.math.MathContext;

/** Arithmetic with 40 digits, and the standard "exact" for comparisons with it. */
public final class Decimals {

    /** 40 digits are kept and reported; the work is done with ten more. */
    public static final MathContext DIGITS = new MathContext(50);

    public static final BigDecimal TWO = BigDecimal.valueOf(2);

    public static final BigDecimal PI =
            new BigDecimal("3.1415926535897932384626433832795028841971693993751058209749446");

    private Decimals() {}

    public static BigDecimal of(double value) {
        return new BigDecimal(value);
    }

    public static BigDecimal root(BigDecimal value) {
        return value.sqrt(DIGITS);
    }

    public static BigDecimal exp(BigDecimal x) {
        int halvings =
                Math.max(0, (int) Math.ceil(Math.log(1 + Math.abs(x.doubleValue())) * 2) + 8);
        BigDecimal small = x.divide(TWO.pow(halvings), DIGITS);
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int k = 1; k < 40; k++) {
            term = term.multiply(small, DIGITS).divide(BigDecimal.valueOf(k), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, DIGITS);
        }
        return sum;
    }

    /** Halley's method, from the double that is nearest: 16, 48 digits. */
    public static BigDecimal log(BigDecimal x) {
        BigDecimal y = of(Math.log(x.doubleValue()));
        for (int i = 0; i < 2; i++) {
            BigDecimal e = exp(y);
            BigDecimal step = x.subtract(e).divide(x.add(e), DIGITS);
            y = y.add(TWO.multiply(step), DIGITS);
        }
        return y;
    }

    public static BigDecimal cos(BigDecimal x) {
        BigDecimal minusSquare = x.multiply(x, DIGITS).negate();
        BigDecimal sum = BigDecimal.ONE;
        BigDecimal term = BigDecimal.ONE;
        for (int k = 2; k < 80; k += 2) {
            term =
                    term.multiply(minusSquare, DIGITS)
                            .divide(BigDecimal.valueOf(k * (k - 1L)), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    /**
     * |error| at most 1e-12 times the sum of the absolute values of the terms times the condition
     * number.
     */
    public static boolean isExact(BigDecimal expected, double actual, double sizeOfTerms) {
        return Double.isFinite(actual)
                && of(actual).subtract(expected).abs().doubleValue() <= 1e-12 * sizeOfTerms;
    }

    /** {@link #isExact}, or a failure that shows both. */
    public static void assertExact(BigDecimal expected, double actual, double sizeOfTerms) {
        if (!isExact(expected, actual, sizeOfTerms)) {
            throw new AssertionError(
                    "expected "
                            + expected.round(MathContext.DECIMAL64)
                            + " but was "
                            + actual
                            + ", tolerance "
                            + 1e-12 * sizeOfTerms);
        }
    }

    /** For a result that is one positive term: the tolerance is relative. */
    public static void assertExact(BigDecimal expected, double actual) {
        assertExact(expected, actual, Math.abs(expected.doubleValue()));
    }

    /** The standard "exact" for two doubles. */
    public static void assertExact(double expected, double actual, double sizeOfTerms) {
        assertExact(of(expected), actual, sizeOfTerms);
    }
}
