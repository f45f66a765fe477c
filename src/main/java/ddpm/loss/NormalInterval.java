package ddpm.loss;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/** The probability that a standard normal variable lies in an interval, as a logarithm. */
final class NormalInterval {

    private static final double ROOT_2 = Math.sqrt(2);
    private static final double LOG_ROOT_2_PI = Math.log(2 * Math.PI) / 2;

    private NormalInterval() {}

    /**
     * log(Φ(upper) - Φ(lower)), right far out in the tails, where the difference itself is 0.
     *
     * @param lower left end, may be -∞
     * @param upper right end, above lower, may be +∞
     */
    static double logProbability(double lower, double upper) {
        double width = upper - lower;
        double middle = lower + width / 2;
        if (width * Math.max(1, Math.abs(middle)) < 0.02) {
            return narrow(middle, width);
        }
        if (lower >= 0) {
            return leftTail(-upper, -lower);
        }
        return upper <= 0 ? leftTail(lower, upper) : aroundZero(lower, upper);
    }

    /** The density in the middle times the width, with the next two terms of its expansion. */
    private static double narrow(double middle, double width) {
        double m2 = middle * middle;
        double w2 = width * width;
        double second = (m2 - 1) * w2 / 24;
        double fourth = ((m2 - 6) * m2 + 3) * w2 * w2 / 1920;
        return -m2 / 2 - LOG_ROOT_2_PI + Math.log(width) + Math.log1p(second + fourth);
    }

    /**
     * Both ends at most 0. Φ(z) = ½ e^(-z²/2) erfcx(-z/√2): the large exponent stays a logarithm.
     */
    private static double leftTail(double lower, double upper) {
        double exponent = (lower - upper) * (lower + upper) / 2;
        double scaled =
                Erfcx.value(-upper / ROOT_2) - Math.exp(-exponent) * Erfcx.value(-lower / ROOT_2);
        return Math.log(scaled / 2) - upper * upper / 2;
    }

    /** The ends have different signs: all but the two tails. */
    private static double aroundZero(double lower, double upper) {
        return Math.log1p(-(Erfc.value(upper / ROOT_2) + Erfc.value(-lower / ROOT_2)) / 2);
    }
}
