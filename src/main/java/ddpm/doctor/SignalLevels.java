package ddpm.doctor;

import ddpm.Check;
import ddpm.forward.ForwardProcess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares the signal in noisy images with the step that the network was asked about.
 *
 * <p>Two runs with the same random numbers and the images c and -c differ by the signal alone: half
 * the difference of their x_t is √ᾱ_t c, without noise.
 */
final class SignalLevels {

    /** float32, a thousand steps long. */
    private static final double ROUNDING = 2e-5;

    private final ForwardProcess forward;
    private int total;
    private int wrong;
    private double worst;
    private String example = "";
    private final Map<Integer, Integer> offsets = new TreeMap<>();

    /**
     * Compares two runs.
     *
     * @param c the images of the first run, pixel by pixel; those of the second are their negatives
     * @param plus asked in the first run
     * @param minus asked in the second
     */
    SignalLevels(ForwardProcess forward, float[] c, Probe plus, Probe minus) {
        Check.that(
                plus.noisy().size() == minus.noisy().size(),
                "the network was asked %d times for one image and %d times for its negative",
                plus.noisy().size(),
                minus.noisy().size());
        this.forward = forward;
        int images = plus.steps().size() / Math.max(1, plus.noisy().size());
        for (int call = 0; call < plus.noisy().size(); call++) {
            List<Integer> t = plus.steps().subList(call * images, (call + 1) * images);
            addCall(t, c, plus.noisy().get(call), minus.noisy().get(call));
        }
    }

    private void addCall(List<Integer> t, float[] c, float[] up, float[] down) {
        int each = c.length / t.size();
        for (int n = 0; n < t.size(); n++) {
            double both = 0;
            double own = 0;
            for (int i = n * each; i < (n + 1) * each; i++) {
                both += ((double) up[i] - down[i]) / 2 * c[i];
                own += (double) c[i] * c[i];
            }
            add(t.get(n), both / own);
        }
    }

    private void add(int t, double signal) {
        if (t < 1 || t > forward.schedule().steps()) {
            return;
        }
        total++;
        double error = Math.abs(signal - forward.signalScale(t));
        if (!(error <= worst)) {
            worst = error;
            example = describe(t, signal);
        }
        if (!(error <= ROUNDING)) {
            wrong++;
            offsets.merge(nearest(signal) - t, 1, Integer::sum);
        }
    }

    private String describe(int t, double signal) {
        return String.format(
                Locale.ROOT,
                "asked about t = %d, the network is given an image with the signal %.4f; √ᾱ_t is"
                        + " %.4f, and the nearest is that of t = %d",
                t,
                signal,
                forward.signalScale(t),
                nearest(signal));
    }

    /** The step whose signal this is. */
    private int nearest(double signal) {
        int best = 0;
        for (int t = 1; t <= forward.schedule().steps(); t++) {
            if (Math.abs(forward.signalScale(t) - signal)
                    < Math.abs(forward.signalScale(best) - signal)) {
                best = t;
            }
        }
        return best;
    }

    /** Whether the images are those of the steps that were named. */
    boolean right() {
        return wrong <= total / 20;
    }

    /** By how many steps all images are off, if it is the same for most. */
    Optional<Integer> shift() {
        return offsets.entrySet().stream()
                .filter(e -> e.getKey() != 0 && e.getValue() > 0.7 * wrong)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** The largest error of the signal. */
    double worst() {
        return worst;
    }

    /** The worst case, as half a sentence. */
    String example() {
        return example;
    }
}
