package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Tensors;
import ddpm.posterior.Prediction;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** What does the network answer about images whose noise is known? */
final class NetworkExam implements Exam {

    /** A network that has learned anything is well below 1. */
    private static final double STUCK = 0.9;

    /** How much lower the loss must be at another step, and in how many standard errors. */
    private static final double CLEARLY = 0.05;

    private static final double ERRORS = 3;

    /** Answers that change less than this, as a share of their size, do not see t. */
    private static final double BLIND = 1e-4;

    @Override
    public void examine(Patient patient, Report report) {
        Fault[] faults = {
            Fault.NOT_FINITE, Fault.STUCK_AT_ZERO, Fault.MISREAD, Fault.T_SHIFTED, Fault.T_IGNORED
        };
        if (patient.data.isEmpty() || report.has(Fault.PIXEL_RANGE)) {
            report.skipped(report.whyNoData(), faults);
            return;
        }
        report.checked(faults);
        try (NDManager manager = patient.open()) {
            Trial trial = new Trial(patient, manager);
            NDArray answers = trial.answers(patient.network, IntUnaryOperator.identity());
            if (isFinite(answers, report)) {
                look(patient, trial, answers, report);
            }
        }
    }

    private static boolean isFinite(NDArray answers, Report report) {
        float[] values = Tensors.floats(answers);
        int bad = 0;
        for (float v : values) {
            bad += Float.isFinite(v) ? 0 : 1;
        }
        if (bad > 0) {
            report.found(
                    Fault.NOT_FINITE,
                    "%d of %d numbers that the network answers are NaN or infinite.",
                    bad,
                    values.length);
        }
        return bad == 0;
    }

    private static void look(Patient patient, Trial trial, NDArray answers, Report report) {
        Prediction declared = patient.prediction;
        Prediction reading = trial.reading(answers);
        double loss = Trial.mean(trial.errors(answers, declared));
        report.measured("loss of the raw weights", "%.4f", loss);
        report.measured(
                "loss of always answering 0", "%.4f", Trial.mean(trial.zeroErrors(declared)));
        double share = trial.share(answers, reading);
        if (share > STUCK) {
            report.found(
                    Fault.STUCK_AT_ZERO,
                    "The loss is %.3f; always answering 0 has %.3f.",
                    loss,
                    Trial.mean(trial.zeroErrors(declared)));
        } else if (reading != declared) {
            report.found(
                    Fault.MISREAD,
                    "Read as %s the answers leave %.0f %% of the square of the target, read as %s"
                            + " %.0f %%.",
                    declared,
                    100 * trial.share(answers, declared),
                    reading,
                    100 * share);
        } else {
            askOtherSteps(patient, trial, answers, report);
        }
    }

    /** A network that hardly looks at t hides a shift here; other checks see what it is asked. */
    private static void askOtherSteps(
            Patient patient, Trial trial, NDArray answers, Report report) {
        int last = patient.steps();
        NDArray reversed = trial.answers(patient.network, t -> last + 1 - t);
        double change = Trial.size(reversed.sub(answers)) / Trial.size(answers);
        if (last > 1 && change < BLIND) {
            report.found(
                    Fault.T_IGNORED,
                    "With T + 1 - t in the place of t the answers change by %.1g of their size.",
                    change);
            return;
        }
        double[] right = trial.errors(answers, patient.prediction);
        Map<String, IntUnaryOperator> others =
                Map.of("t - 1", t -> Math.max(1, t - 1), "t + 1", t -> Math.min(last, t + 1));
        others.forEach(
                (name, other) ->
                        compare(
                                name,
                                trial.errors(
                                        trial.answers(patient.network, other), patient.prediction),
                                right,
                                report));
        compare("T + 1 - t", trial.errors(reversed, patient.prediction), right, report);
    }

    private static void compare(String name, double[] wrong, double[] right, Report report) {
        Paired paired = Paired.of(wrong, right);
        if (paired.mean() < -ERRORS * paired.standardError()
                && paired.mean() < -CLEARLY * Trial.mean(right)) {
            report.found(
                    Fault.T_SHIFTED,
                    "Asked about %s in the place of t, the network has the loss %.4f and not %.4f.",
                    name,
                    Trial.mean(wrong),
                    Trial.mean(right));
        }
    }
}
