package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.LinearCombination;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Does the sampler lead back to the image? It is run with a network that knows the image, so that
 * every correct sampler returns it to rounding.
 */
final class SamplerExam implements Exam {

    private static final int IMAGES = 2;
    private static final int SIZE = 8;

    /** Of the image, what a sampler that reads the answers rightly may miss. */
    private static final double MISREAD = 0.05;

    private static final double ROUNDING = 1e-5;

    /** What came out of a pair of runs. */
    private record Pair(Probe plus, Probe minus, double signalError, double noise) {}

    @Override
    public void examine(Patient patient, Report report) {
        Fault[] faults = {
            Fault.MISREAD, Fault.T_SHIFTED, Fault.NOISE_AT_LAST_STEP, Fault.SAMPLER_LAW
        };
        if (patient.sampler.isEmpty()) {
            report.skipped("give withSampler", faults);
            return;
        }
        try (NDManager manager = patient.open()) {
            look(patient, manager, report, faults);
        } catch (IllegalArgumentException e) {
            report.skipped("the sampler refused: " + e.getMessage(), faults);
        }
    }

    private void look(Patient patient, NDManager manager, Report report, Fault[] faults) {
        Pair pair = pair(patient, manager, patient.prediction);
        if (pair.plus().asked().isEmpty()) {
            report.skipped("the sampler does not ask the network that it is given", faults);
            return;
        }
        report.checked(faults);
        if (!stepsAreIn(patient, pair.plus().asked(), report)) {
            return;
        }
        if (!(pair.signalError() <= MISREAD)) {
            pair = otherReading(patient, manager, pair, report);
        }
        SignalLevels levels =
                new SignalLevels(patient.forward, pair.plus().asked(), pair.minus().asked());
        levels(levels, pair, report);
    }

    private static boolean stepsAreIn(Patient patient, List<Probe.Asked> asked, Report report) {
        int first = asked.get(0).t();
        int last = asked.get(asked.size() - 1).t();
        if (first > patient.steps() || last < 1) {
            report.found(
                    Fault.T_SHIFTED,
                    "The sampler asks the network for t = %d … %d; the steps are %d … 1.",
                    first,
                    last,
                    patient.steps());
            return false;
        }
        return true;
    }

    private Pair otherReading(Patient patient, NDManager manager, Pair declared, Report report) {
        for (Prediction kind : Prediction.values()) {
            Pair other = pair(patient, manager, kind);
            if (kind != patient.prediction && other.signalError() < MISREAD / 5) {
                report.found(
                        Fault.MISREAD,
                        "Told a known image as %s, the sampler misses it by %.0f %%; told as %s, by"
                                + " %.2g %%.",
                        patient.prediction,
                        100 * declared.signalError(),
                        kind,
                        100 * other.signalError());
                return other;
            }
        }
        return declared;
    }

    private static void levels(SignalLevels levels, Pair pair, Report report) {
        if (!levels.right()) {
            Fault fault = levels.shift().isPresent() ? Fault.T_SHIFTED : Fault.SAMPLER_LAW;
            report.found(
                    fault,
                    "While sampling, %s%s.",
                    levels.example(),
                    levels.shift().map(s -> ", that of t " + sign(s)).orElse(""));
        } else if (pair.signalError() > 10 * ROUNDING) {
            report.found(
                    Fault.T_SHIFTED,
                    "The sampler stops too early: it returns the known image with an error of %.2g"
                            + " of its size.",
                    pair.signalError());
        } else if (pair.noise() > ROUNDING) {
            report.found(
                    Fault.NOISE_AT_LAST_STEP,
                    "Told the image exactly, the sampler returns it with white noise of standard"
                            + " deviation %.3g.",
                    pair.noise());
        }
    }

    static String sign(int offset) {
        return (offset < 0 ? "- " : "+ ") + Math.abs(offset);
    }

    /** Two runs with the same random numbers, back to c and to -c. */
    private Pair pair(Patient patient, NDManager manager, Prediction kind) {
        Pair fromT = pair(patient, manager, kind, patient.steps());
        List<Probe.Asked> asked = fromT.plus().asked();
        int start = asked.isEmpty() ? patient.steps() : asked.get(0).t();
        return 1 <= start && start < patient.steps()
                ? pair(patient, manager, kind, start) // a fast sampler that starts later
                : fromT;
    }

    private Pair pair(Patient patient, NDManager manager, Prediction kind, int start) {
        SplittableRandom random = patient.random(this);
        NDArray c = Probe.images(manager, shape(patient, manager), random);
        NDArray z = Tensors.normal(manager, c.getShape(), random);
        Probe plus = new Probe(patient.forward, kind, c);
        Probe minus = new Probe(patient.forward, kind, c.neg());
        long seed = random.nextLong();
        Sampler sampler = patient.sampler.orElseThrow();
        NDArray up =
                sampler.sample(
                        plus, patient.forward.sample(c, start, z), new SplittableRandom(seed));
        NDArray down =
                sampler.sample(
                        minus,
                        patient.forward.sample(c.neg(), start, z),
                        new SplittableRandom(seed));
        NDArray signal = new LinearCombination(0.5, -0.5).apply(up, down);
        NDArray noise = new LinearCombination(0.5, 0.5).apply(up, down);
        return new Pair(plus, minus, size(signal.sub(c)) / size(c), size(noise));
    }

    private static Shape shape(Patient patient, NDManager manager) {
        return patient.data
                .map(d -> new Shape(IMAGES).addAll(d.apply(manager).getShape().slice(1)))
                .orElse(new Shape(IMAGES, 1, SIZE, SIZE));
    }

    /** The root of the mean square. */
    private static double size(NDArray x) {
        double sum = 0;
        double[] values = Tensors.doubles(x);
        for (double v : values) {
            sum += v * v;
        }
        return Math.sqrt(sum / values.length);
    }
}
