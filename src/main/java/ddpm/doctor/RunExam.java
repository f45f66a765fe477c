package ddpm.doctor;

import ddpm.training.DeadUnits;
import ddpm.training.TrainingListener;
import ddpm.training.TrainingStopped;
import ddpm.training.Watchdog;
import java.util.ArrayList;
import java.util.List;

/** What did the training record? */
final class RunExam implements Exam {

    @Override
    public void examine(Patient patient, Report report) {
        if (patient.run.isEmpty()) {
            report.skipped("give withRun", Fault.GRADIENT_EXPLODES, Fault.DEAD_UNITS);
            return;
        }
        RunRecord run = patient.run.get();
        report.checked(Fault.NOT_FINITE, Fault.GRADIENT_EXPLODES, Fault.STUCK_AT_ZERO);
        run.stopped()
                .filter(why -> why.reason() == TrainingStopped.Reason.NOT_FINITE)
                .ifPresent(why -> report.found(Fault.NOT_FINITE, "%s", why.getMessage()));
        gradients(run, report);
        if (run.trainer().step() < DeadUnits.LEAST_STEPS) {
            report.skipped("needs " + DeadUnits.LEAST_STEPS + " steps", Fault.DEAD_UNITS);
        } else {
            units(DeadUnits.of(run.trainer()), report);
        }
    }

    private static void gradients(RunRecord run, Report report) {
        List<TrainingListener.Warning> warnings = new ArrayList<>();
        TrainingListener collect =
                new TrainingListener() {
                    @Override
                    public void onStep(Step step) {}

                    @Override
                    public void onWarning(Warning warning) {
                        warnings.add(warning);
                    }
                };
        Watchdog watchdog = new Watchdog(collect);
        run.steps().forEach(watchdog::onStep);
        warnings.forEach(w -> report.found(Fault.GRADIENT_EXPLODES, "%s", w.what()));
        if (!run.steps().isEmpty() && run.steps().stream().allMatch(s -> s.gradientNorm() == 0)) {
            report.foundWith(
                    Fault.STUCK_AT_ZERO,
                    "Give the trainer the weights of the network that stands in the objective.",
                    "The gradient is 0 in all %d steps: the loss does not depend on the weights"
                            + " that the trainer changes.",
                    run.steps().size());
        }
    }

    private static void units(DeadUnits units, Report report) {
        report.checked(Fault.DEAD_UNITS);
        if (units.isTooMany()) {
            report.found(Fault.DEAD_UNITS, "%s.", units);
        }
    }
}
