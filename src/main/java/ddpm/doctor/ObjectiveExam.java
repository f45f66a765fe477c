package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Prediction;
import ddpm.training.Draws;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Stream;

/**
 * What does training ask the network, and what does it compare the answer with? The objective is
 * run with networks that know the image, so that the right answer has the loss 0.
 */
final class ObjectiveExam implements Exam {

    private static final Shape SHAPE = new Shape(256, 1, 4, 4);

    /** So many draws for each step that a step is never drawn once in 10⁸ times. */
    private static final int DRAWS_PER_STEP = 20;

    /** The loss of the right answer, as a share of that of a wrong one; float32. */
    private static final double ROUNDING = 1e-3;

    @Override
    public void examine(Patient patient, Report report) {
        Fault[] faults = {Fault.MISREAD, Fault.T_SHIFTED, Fault.WRONG_TARGET};
        if (patient.objective.isEmpty()) {
            report.skipped("give withObjective", faults);
            return;
        }
        try (NDManager manager = patient.open()) {
            NDArray c =
                    Probe.images(
                            manager, shape(patient, manager), patient.random(ObjectiveExam.class));
            look(patient, c, report, faults);
        } catch (IllegalArgumentException e) {
            report.skipped("the objective refused: " + e.getMessage(), faults);
        }
    }

    private static Shape shape(Patient patient, NDManager manager) {
        long channels = patient.data.map(d -> d.apply(manager).getShape().get(1)).orElse(1L);
        return new Shape(SHAPE.get(0), channels, SHAPE.get(2), SHAPE.get(3));
    }

    private static void look(Patient patient, NDArray c, Report report, Fault[] faults) {
        Probe plus = new Probe(patient.forward, patient.prediction, c);
        Probe minus = new Probe(patient.forward, patient.prediction, c.neg());
        int batches = DRAWS_PER_STEP * patient.steps() / (int) c.getShape().get(0) + 1;
        for (int k = 1; k <= batches; k++) {
            WorkStopped.ifInterrupted("the doctor");
            Draws draws = new Draws(patient.seed, k);
            loss(patient, plus, c, draws);
            loss(patient, minus, c.neg(), draws);
        }
        if (plus.noisy().isEmpty()) {
            report.skipped("the objective does not ask the network that it is given", faults);
            return;
        }
        report.checked(faults);
        boolean right = range(patient, plus.steps(), report);
        SignalLevels levels = new SignalLevels(patient.forward, Tensors.floats(c), plus, minus);
        if (!levels.right()) {
            report.found(
                    levels.shift().isPresent() ? Fault.T_SHIFTED : Fault.WRONG_TARGET,
                    "In training, %s.",
                    levels.example());
        } else if (right) {
            target(patient, c, report);
        }
    }

    /** The loss of a network in a manager of its own, which is closed at once. */
    private static double loss(Patient patient, NoisePredictor network, NDArray c, Draws draws) {
        try (NDManager work = c.getManager().newSubManager()) {
            NDArray batch = Tensors.copy(work, c);
            return patient.objective.orElseThrow().apply(network).loss(batch, draws).getFloat();
        }
    }

    private static boolean range(Patient patient, List<Integer> asked, Report report) {
        IntSummaryStatistics t = asked.stream().mapToInt(Integer::intValue).summaryStatistics();
        boolean right = t.getMin() == 1 && t.getMax() == patient.steps();
        if (!right) {
            report.found(
                    Fault.T_SHIFTED,
                    "In %d draws of training the network is asked for t = %d … %d; the steps are 1"
                            + " … %d.",
                    asked.size(),
                    t.getMin(),
                    t.getMax(),
                    patient.steps());
        }
        return right;
    }

    private static void target(Patient patient, NDArray c, Report report) {
        Draws draws = new Draws(patient.seed, 1);
        double none = loss(patient, (xt, t) -> xt.zerosLike(), c, draws);
        double declared = loss(patient, probe(patient, patient.prediction, c), c, draws);
        if (declared <= ROUNDING * none) {
            return;
        }
        List<Prediction> others =
                Stream.of(Prediction.values())
                        .filter(
                                k ->
                                        loss(patient, probe(patient, k, c), c, draws)
                                                <= ROUNDING * none)
                        .toList();
        if (others.isEmpty()) {
            report.found(
                    Fault.WRONG_TARGET,
                    "The right answer has the loss %.3g, and that of no other quantity is 0;"
                            + " answering 0 has %.3g.",
                    declared,
                    none);
        } else {
            report.found(
                    Fault.MISREAD,
                    "Training asks for %s: answering %s, as the output is read, has the loss %.3g.",
                    others.get(0),
                    patient.prediction,
                    declared);
        }
    }

    private static Probe probe(Patient patient, Prediction kind, NDArray c) {
        return new Probe(patient.forward, kind, c);
    }
}
