package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Tensors;
import ddpm.training.Trainer;
import ddpm.training.TrainingListener;
import ddpm.training.TrainingStopped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Records a training for the doctor: losses, gradient norms, how far the weights moved in each step
 * and how far they are from their average.
 */
public final class RunRecord implements TrainingListener {

    /**
     * How the weights moved.
     *
     * @param length of the way from the weights after the step before
     * @param toAverage distance to the moving average after the step; NaN if there is none
     */
    record Move(double length, double toAverage) {}

    private final Trainer trainer;
    private final NDManager own;
    private final List<Step> steps = new ArrayList<>();
    private final List<Move> moves = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();
    private Optional<TrainingStopped> stopped = Optional.empty();
    private NDArray before;

    /**
     * A record of the training that this trainer goes on with.
     *
     * @param trainer the trainer whose listener this becomes; its weights own the copy that is kept
     */
    public RunRecord(Trainer trainer) {
        this.trainer = trainer;
        own = trainer.weights().manager().newSubManager();
        before = Tensors.copy(own, trainer.weights().flat());
    }

    @Override
    public void onStep(Step step) {
        steps.add(step);
        stopped = Optional.empty();
        NDArray now = trainer.weights().flat();
        double toAverage =
                trainer.average().map(a -> distance(now, a.weights().flat())).orElse(Double.NaN);
        moves.add(new Move(distance(now, before), toAverage));
        before.close();
        before = Tensors.copy(own, now);
    }

    private double distance(NDArray a, NDArray b) {
        try (NDArray difference = a.sub(b)) {
            return Tensors.length(difference);
        }
    }

    @Override
    public void onWarning(Warning warning) {
        warnings.add(warning);
    }

    @Override
    public void onStop(TrainingStopped why) {
        stopped = Optional.of(why);
    }

    /**
     * The losses.
     *
     * @return one for each step
     */
    public double[] losses() {
        return steps.stream().mapToDouble(Step::loss).toArray();
    }

    /**
     * The lengths of the gradients, before they were shortened.
     *
     * @return one for each step
     */
    public double[] gradientNorms() {
        return steps.stream().mapToDouble(Step::gradientNorm).toArray();
    }

    /**
     * The warnings of a {@link ddpm.training.Watchdog}.
     *
     * @return the warnings, oldest first
     */
    public List<Warning> warnings() {
        return List.copyOf(warnings);
    }

    List<Step> steps() {
        return steps;
    }

    List<Move> moves() {
        return moves;
    }

    Trainer trainer() {
        return trainer;
    }

    /** Why the training stopped, if it did and was not taken up again. */
    Optional<TrainingStopped> stopped() {
        return stopped;
    }
}
