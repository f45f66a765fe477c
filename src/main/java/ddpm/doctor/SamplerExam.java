package ddpm.doctor;

import ai.djl.ndarray.NDManager;
import ddpm.posterior.Prediction;
import java.util.Optional;

/**
 * Does the sampler lead back to the image? It is run with a network that knows the image, so that
 * every correct sampler returns it to rounding.
 */
final class SamplerExam implements Exam {

    private static final double ROUNDING = 1e-5;

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

    private static void look(Patient patient, NDManager manager, Report report, Fault... faults) {
        TwinRuns runs = TwinRuns.of(patient, manager, patient.prediction);
        if (runs.calls() == 0) {
            report.skipped("the sampler does not ask the network that it is given", faults);
        } else if (!runs.repeatable()) {
            report.skipped("the sampler draws noise that its generator does not give", faults);
        } else {
            report.checked(faults);
            if (stepsAreIn(patient.steps(), runs, report)) {
                TwinRuns read =
                        runs.levels().right() ? runs : otherReading(patient, manager, runs, report);
                explain(read, report);
            }
        }
    }

    private static boolean stepsAreIn(int steps, TwinRuns runs, Report report) {
        int first = runs.t()[0];
        int last = runs.t()[runs.calls() - 1];
        boolean allButT = first == steps - 1 && runs.calls() == steps - 1 && steps > 2;
        if (first > steps || last < 1 || allButT) {
            report.found(
                    Fault.T_SHIFTED,
                    "The sampler asks the network for t = %d … %d; the steps are %d … 1.",
                    first,
                    last,
                    steps);
            return false;
        }
        return true;
    }

    /** The runs in which the sampler is told what it seems to read, if it is not as declared. */
    private static TwinRuns otherReading(
            Patient patient, NDManager manager, TwinRuns declared, Report report) {
        for (Prediction kind : Prediction.values()) {
            TwinRuns other = TwinRuns.of(patient, manager, kind);
            if (other.levels().right()) {
                report.found(
                        Fault.MISREAD,
                        "Told a known image as %s, the sampler misses its signal by %.2g on the"
                                + " way; told as %s, by %.1g.",
                        patient.prediction,
                        declared.levels().worst(),
                        kind,
                        other.levels().worst());
                return other;
            }
        }
        return declared;
    }

    private static void explain(TwinRuns runs, Report report) {
        SignalLevels levels = runs.levels();
        Optional<String> wrongNoise = runs.wrongNoise();
        if (!levels.right()) {
            report.found(
                    levels.shift().isPresent() ? Fault.T_SHIFTED : Fault.SAMPLER_LAW,
                    "While sampling, %s.",
                    levels.example());
        } else if (wrongNoise.isPresent()) {
            report.found(Fault.SAMPLER_LAW, "While sampling, %s.", wrongNoise.get());
        } else if (runs.signalError() > ROUNDING) {
            report.found(
                    Fault.SAMPLER_LAW,
                    "Told the image exactly, the sampler returns it with an error of %.2g of its"
                            + " size: it stops before x_0.",
                    runs.signalError());
        } else if (runs.noise() > ROUNDING) {
            report.found(
                    Fault.NOISE_AT_LAST_STEP,
                    "Told the image exactly, the sampler returns it with white noise of standard"
                            + " deviation %.3g.",
                    runs.noise());
        }
    }
}
