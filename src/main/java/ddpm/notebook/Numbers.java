package ddpm.notebook;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Numbers as people read them, the same in every country. */
final class Numbers {

    private Numbers() {}

    /** 60,000. */
    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Two digits, for errors and tolerances: 3.1e-16, 1e-12, 0.05. */
    static String small(double x) {
        if (x == 0 || !Double.isFinite(x) || (0.001 <= Math.abs(x) && Math.abs(x) < 1000)) {
            return significant(x, 2);
        }
        String text = String.format(Locale.ROOT, "%.1e", x);
        return text.replace(".0e", "e").replaceFirst("e([+-])0*(\\d)", "e$1$2").replace("e+", "e");
    }

    /** A value with at most so many digits and no zeros at the end: 0.7071, 12, 1.2e-7. */
    static String significant(double x, int digits) {
        if (!Double.isFinite(x)) {
            return Double.toString(x);
        }
        double size = Math.abs(x);
        if (size != 0 && (size < 1e-4 || size >= 1e7)) {
            String text = String.format(Locale.ROOT, "%." + (digits - 1) + "e", x);
            return text.replaceFirst("\\.?0*e([+-])0*(\\d)", "e$1$2").replace("e+", "e");
        }
        String text = new BigDecimal(x).round(new MathContext(digits)).toPlainString();
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    /** Rounded as if to three digits of a number of the given size. */
    static double roundLike(double x, double size) {
        int places = size > 0 ? 2 - (int) Math.floor(Math.log10(size)) : 0;
        return new BigDecimal(x).setScale(places, RoundingMode.HALF_EVEN).doubleValue();
    }

    /** 45 s, 3 min 20 s, 2 h 5 min. */
    static String duration(double seconds) {
        long s = Math.round(seconds);
        if (s < 60) {
            return s + " s";
        }
        return s < 3600
                ? s / 60 + " min " + s % 60 + " s"
                : s / 3600 + " h " + s % 3600 / 60 + " min";
    }
}
