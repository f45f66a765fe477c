package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Tensors;
import ddpm.network.Weights;
import ddpm.posterior.Prediction;
import ddpm.training.MovingAverage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntUnaryOperator;

/** Is the moving average warm, and is it where it belongs? */
final class AverageExam implements Exam {

    /** A young average may lag a little. */
    private static final double COLD = 1.3;

    private static final double ERRORS = 5;
    private static final int USUAL_STEPS = 10;

    @Override
    public void examine(Patient patient, Report report) {
        if (patient.averaged.isEmpty()) {
            report.skipped("give withAverage", Fault.AVERAGE_COLD);
        } else if (patient.data.isEmpty() || report.has(Fault.PIXEL_RANGE)) {
            report.skipped(report.whyNoData(), Fault.AVERAGE_COLD);
        } else {
            report.checked(Fault.AVERAGE_COLD);
            try (NDManager manager = patient.open()) {
                compare(patient, new Trial(patient, manager), report);
            }
        }
        boolean weights = patient.average.isPresent() && patient.unet().isPresent();
        if (!weights && patient.run.isEmpty()) {
            report.skipped("give withAverage or withRun", Fault.AVERAGE_LEFT_IN_TRAINING);
            return;
        }
        report.checked(Fault.AVERAGE_LEFT_IN_TRAINING);
        if (weights) {
            sameBits(patient.unet().get().weights(), patient.average.get(), report);
        }
        patient.run.ifPresent(run -> jumps(run, report));
    }

    private static void compare(Patient patient, Trial trial, Report report) {
        NDArray raw = trial.answers(patient.network, IntUnaryOperator.identity());
        NDArray averaged = trial.answers(patient.averaged.get(), IntUnaryOperator.identity());
        Prediction reading = trial.reading(raw);
        double[] rawErrors = trial.errors(raw, reading);
        double[] averagedErrors = trial.errors(averaged, reading);
        double rawLoss = Trial.mean(rawErrors);
        double averagedLoss = Trial.mean(averagedErrors);
        report.measured("loss of the averaged weights", "%.4f (raw: %.4f)", averagedLoss, rawLoss);
        Paired paired = Paired.of(averagedErrors, rawErrors);
        if (averagedLoss > COLD * rawLoss && paired.mean() > ERRORS * paired.standardError()) {
            report.found(
                    Fault.AVERAGE_COLD,
                    "The loss of the averaged weights is %.3f, of the raw weights %.3f%s.",
                    averagedLoss,
                    rawLoss,
                    patient.average.map(AverageExam::age).orElse(""));
        }
    }

    private static String age(MovingAverage average) {
        return String.format(
                Locale.ROOT,
                ", after %d updates with decay %s",
                average.updates(),
                average.decay());
    }

    private static void sameBits(Weights trained, MovingAverage average, Report report) {
        boolean differ = average.updates() == 0 || average.decay() == 0;
        if (!differ
                && Arrays.equals(
                        Tensors.floats(trained.flat()), Tensors.floats(average.weights().flat()))) {
            report.found(
                    Fault.AVERAGE_LEFT_IN_TRAINING,
                    "All %d trained weights equal their average of %d updates bit for bit.",
                    trained.count(),
                    average.updates());
        }
    }

    /** An optimiser moves the weights a little in each step, and not onto their average. */
    private static void jumps(RunRecord run, Report report) {
        List<RunRecord.Move> moves = run.moves();
        for (int k = USUAL_STEPS; k < moves.size(); k++) {
            double usual =
                    moves.subList(k - USUAL_STEPS, k).stream()
                            .mapToDouble(RunRecord.Move::length)
                            .max()
                            .orElseThrow();
            double before = moves.get(k - 1).toAverage();
            RunRecord.Move now = moves.get(k);
            if (now.length() > 2 * usual && now.toAverage() < 2 * usual && before > 3 * usual) {
                report.found(
                        Fault.AVERAGE_LEFT_IN_TRAINING,
                        "Before step %d the weights jumped onto their average: they moved %.1f"
                                + " times as far as in any of the %d steps before.",
                        run.steps().get(k).number(),
                        now.length() / usual,
                        USUAL_STEPS);
                return;
            }
        }
    }
}
