package ddpm.pretrained;

import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.training.CheckpointFile;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Trainer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A recipe at work, always from the same seeds.
 *
 * @param recipe what is trained, and how
 * @param network the network
 * @param average the moving average of its weights
 * @param trainer trains the one and keeps the other up to date
 */
record Training(Recipe recipe, UNet network, MovingAverage average, Trainer trainer)
        implements AutoCloseable {

    static final int SEED_OF_ORDER = 3;
    private static final int SEED_OF_WEIGHTS = 1;
    private static final int SEED_OF_DRAWS = 7;

    /** A training in float32 before its first step; the caller closes it. */
    static Training of(Recipe recipe) {
        return of(recipe, Precision.FLOAT32);
    }

    /** The same in a precision. */
    static Training of(Recipe recipe, Precision precision) {
        UNet network = UNet.create(recipe.network(), SEED_OF_WEIGHTS).withPrecision(precision);
        MovingAverage average = new MovingAverage(network.weights(), recipe.averageDecay());
        ForwardProcess forward = new ForwardProcess(recipe.schedule());
        var loss = DiffusionLoss.simple(forward).withPrediction(recipe.prediction());
        int last = recipe.schedule().steps();
        var objective = new NoiseObjective(loss, network.training(), last);
        var settings = new Trainer.Settings(recipe.learningRate(), 1.0, SEED_OF_DRAWS);
        var trainer =
                new Trainer(
                        network.weights(),
                        objective,
                        settings,
                        Optional.of(average),
                        recipe.optimizer().of(network.weights()));
        return new Training(recipe, network, average, trainer);
    }

    /** Writes the averaged weights, with notes on how they came about. */
    void save(CheckpointFile file) {
        Map<String, String> notes = new TreeMap<>(); // in order, so that the digest is always one
        notes.put("data", recipe.images().toString());
        notes.put(Pretrained.SCHEDULE, recipe.schedule().toString());
        notes.put(Pretrained.PREDICTION, recipe.prediction().toString());
        notes.put("steps", String.valueOf(trainer.step()));
        notes.put("batch", String.valueOf(recipe.batch()));
        notes.put("optimizer", recipe.optimizer().toString());
        notes.put("averageDecay", String.valueOf(recipe.averageDecay()));
        file.save(recipe.network(), average.weights(), notes);
    }

    @Override
    public void close() {
        average.close();
        network.close();
    }
}
