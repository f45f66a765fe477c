package ddpm.doctor;

import ddpm.Check;
import ddpm.forward.ForwardProcess;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the signal in the images with the step that the network was asked about. */
final class SignalLevels {

    /** float32, a thousand steps long. */
    private static final double ROUNDING = 2e-5;

    private final ForwardProcess forward;
    private int total;
    private int wrong;
    private double worst;
    private String example = "";
    private final Map<Integer, Integer> offsets = new TreeMap<>();

    /** Adds the answers of a pair of probes, one for the images and one for their negatives. */
    SignalLevels(ForwardProcess forward, List<Probe.Asked> plus, List<Probe.Asked> minus) {
        Check.that(plus.size() == minus.size(), "%d and %d", plus.size(), minus.size());
        this.forward = forward;
        for (int i = 0; i < plus.size(); i++) {
            add(plus.get(i).t(), (plus.get(i).signal() + minus.get(i).signal()) / 2);
        }
    }

    private void add(int t, double signal) {
        if (t < 1 || t > forward.schedule().steps()) {
            return;
        }
        total++;
        double error = Math.abs(signal - forward.signalScale(t));
        if (!(error <= ROUNDING)) {
            wrong++;
            int nearest = nearest(signal);
            offsets.merge(nearest - t, 1, Integer::sum);
            if (!(error <= worst)) {
                worst = error;
                example =
                        String.format(
                                Locale.ROOT,
                                "asked about t = %d, the network is given an image with the signal"
                                        + " %.4f; √ᾱ_t is %.4f",
                                t,
                                signal,
                                forward.signalScale(t));
            }
        }
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

    /** The worst case, as half a sentence. */
    String example() {
        return example;
    }
}
