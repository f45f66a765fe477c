package ddpm.reference;

/** Gauss-Legendre quadrature in pieces: an independent way to the probability of an interval. */
public final class Quadrature {

    // Five nodes on [-1, 1]: the zeros of the Legendre polynomial P_5, in closed form.
    private static final double INNER = Math.sqrt(5 - 2 * Math.sqrt(10.0 / 7)) / 3;
    private static final double OUTER = Math.sqrt(5 + 2 * Math.sqrt(10.0 / 7)) / 3;
    private static final double OF_INNER = (322 + 13 * Math.sqrt(70)) / 900;
    private static final double OF_OUTER = (322 - 13 * Math.sqrt(70)) / 900;
    private static final double[] NODES = {0, INNER, -INNER, OUTER, -OUTER};
    private static final double[] WEIGHTS = {128.0 / 225, OF_INNER, OF_INNER, OF_OUTER, OF_OUTER};

    private Quadrature() {}

    /** log(Φ(upper) - Φ(lower)). */
    public static double logProbability(double lower, double upper) {
        if (lower + upper < 0) {
            return logProbability(-upper, -lower);
        }
        if (lower >= 0) {
            return logTail(lower, upper);
        }
        double outside = Math.exp(logTail(upper, 1e9)) + Math.exp(logTail(-lower, 1e9));
        if (outside < 0.5) {
            return Math.log1p(-outside);
        }
        return Math.log(Math.exp(logTail(0, upper)) + Math.exp(logTail(0, -lower)));
    }

    /** 0 <= lower < upper: φ(lower) ∫_0^width e^(-lower s - s²/2) ds, cut where nothing is left. */
    private static double logTail(double lower, double upper) {
        double width = Math.min(upper - lower, Math.min(9, 40 / (lower + 1e-9)));
        int pieces = 200;
        double half = width / pieces / 2;
        double sum = 0;
        for (int i = 0; i < pieces; i++) {
            for (int k = 0; k < NODES.length; k++) {
                double s = half * (2 * i + 1 + NODES[k]);
                sum += WEIGHTS[k] * half * Math.exp(-s * (lower + s / 2));
            }
        }
        return Math.log(sum) - lower * lower / 2 - Math.log(2 * Math.PI) / 2;
    }
}
