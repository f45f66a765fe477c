package ddpm.doctor;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Posterior;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Is the noise in the images of a sampler what a σ_t² from 0 to β_t makes of it? The images that
 * the network expects are fixed, so that a step from t to s is κ times the noise, and fresh noise.
 *
 * <pre>b_t ≤ κ ≤ √(1 - ᾱ_s) / √(1 - ᾱ_t),   1 - ᾱ_t ≤ variance ≤ that of σ_t² = β_t</pre>
 *
 * <p>The left side is Algorithm 2 with the b_t of Eq. 7, whatever its σ_t². The right side is DDIM
 * with η = 0. The variance is 1 - ᾱ_t for β̃_t and for every η.
 */
final class NoiseLaw {

    /**
     * Standard errors that an estimate may be off. Two estimates a step, a thousand steps: right
     * samplers are found wrong once in 250,000 times.
     */
    private static final double ERRORS = 6;

    private static final double ROUNDING = 1e-4;

    private final ForwardProcess forward;

    NoiseLaw(ForwardProcess forward) {
        this.forward = forward;
    }

    /**
     * Returns the first step with other noise, as half a sentence.
     *
     * @param t the steps, falling
     * @param noise the noise at each of them, from the first to the last
     */
    Optional<String> wrong(int[] t, List<double[]> noise) {
        double[] most = varianceWithBeta();
        for (int k = 0; k < t.length; k++) {
            double n = noise.get(k).length;
            double variance = product(noise.get(k), noise.get(k)) / n;
            double least = forward.schedule().oneMinusAlphaBar(t[k]);
            double error = ERRORS * Math.sqrt(2 / n);
            if (!(least * (1 - error) <= variance && variance <= most[t[k]] * (1 + error))) {
                return Optional.of(
                        say(
                                "asked about t = %d, the network is given an image with noise of"
                                        + " variance %.3g; 1 - ᾱ_t is %.3g",
                                t[k], variance, least));
            }
            if (k + 1 < t.length) {
                Optional<String> kept = wrongShare(t[k], t[k + 1], noise.get(k), noise.get(k + 1));
                if (kept.isPresent()) {
                    return kept;
                }
            }
        }
        return Optional.empty();
    }

    /** The slope of the line from the noise before to the noise after. */
    private Optional<String> wrongShare(int t, int s, double[] before, double[] after) {
        double square = product(before, before);
        double kappa = product(before, after) / square;
        double fresh = Math.max(0, product(after, after) - kappa * kappa * square);
        double error = ERRORS * Math.sqrt(fresh / before.length / square) + ROUNDING;
        double most = forward.noiseScale(s) / forward.noiseScale(t);
        double least = s == t - 1 ? new Posterior(forward.schedule()).meanFactors(t).b() : 0;
        return least - error <= kappa && kappa <= most + error
                ? Optional.empty()
                : Optional.of(
                        say(
                                "a step from t = %d to %d keeps %.3g of the noise; %.3g to %.3g is"
                                        + " right",
                                t, s, kappa, least, most));
    }

    private static String say(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static double product(double[] a, double[] b) {
        double[] products = new double[a.length];
        Arrays.setAll(products, i -> a[i] * b[i]);
        return Arrays.stream(products).sum();
    }

    /** The variance of x_t around √ᾱ_t x̂_0 if every step adds β_t. */
    private double[] varianceWithBeta() {
        int last = forward.schedule().steps();
        double[] variance = new double[last + 1];
        variance[last] = forward.schedule().oneMinusAlphaBar(last);
        for (int t = last; t > 1; t--) {
            double b = new Posterior(forward.schedule()).meanFactors(t).b();
            variance[t - 1] = b * b * variance[t] + forward.schedule().beta(t);
        }
        return variance;
    }
}
