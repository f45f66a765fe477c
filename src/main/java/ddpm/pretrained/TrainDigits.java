package ddpm.pretrained;

import ddpm.Check;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.UNet;
import ddpm.training.Checkpoint;
import ddpm.training.CheckpointFile;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Trainer;
import ddpm.training.TrainingListener;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Trains the network that ships with this library. Stopped, it goes on where it was when it is
 * started again.
 *
 * <pre>python3 environment/lab.py --java ddpm.pretrained.TrainDigits digits.safetensors</pre>
 */
public final class TrainDigits {

    private static final int STEPS = 6000;
    private static final int BATCH = 64;
    private static final double AVERAGE_DECAY = 0.998;
    private static final int SAVED_EVERY = 1000;
    private static final int SAID_EVERY = 200;
    private static final int SEED_OF_WEIGHTS = 1;
    private static final int SEED_OF_DRAWS = 7;
    private static final int SEED_OF_ORDER = 3;

    private TrainDigits() {}

    /**
     * Trains, and writes the averaged weights. The state of the training is kept beside them, in a
     * file whose name ends in {@code .training}.
     *
     * @param arguments the file to write
     */
    public static void main(String[] arguments) {
        Check.that(arguments.length == 1, "need the file to write, got %d words", arguments.length);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        train(
                Path.of(arguments[0]),
                Recipe.mnist(BATCH, STEPS, AVERAGE_DECAY),
                progress(out, System.nanoTime()));
        out.println(Checkpoint.load(Path.of(arguments[0])));
    }

    /** Trains by a recipe, and writes the averaged weights. */
    static void train(Path file, Recipe recipe, TrainingListener listener) {
        Path state = file.resolveSibling(file.getFileName() + ".training");
        ForwardProcess forward = new ForwardProcess(recipe.schedule());
        try (CheckpointFile result = CheckpointFile.open(file);
                CheckpointFile place = CheckpointFile.open(state);
                UNet network = UNet.create(recipe.network(), SEED_OF_WEIGHTS);
                var average = new MovingAverage(network.weights(), recipe.averageDecay())) {
            var loss = DiffusionLoss.simple(forward).withPrediction(recipe.prediction());
            int last = recipe.schedule().steps();
            var objective = new NoiseObjective(loss, network.training(), last);
            var settings = new Trainer.Settings(recipe.learningRate(), 1.0, SEED_OF_DRAWS);
            var trainer = new Trainer(network.weights(), objective, settings, Optional.of(average));
            place.load().ifPresent(checkpoint -> checkpoint.resume(trainer));
            if (trainer.step() < recipe.steps()) {
                trainer.run(
                        recipe.steps() - trainer.step(),
                        recipe.batches(SEED_OF_ORDER),
                        step -> {
                            listener.onStep(step);
                            if (step.number() % SAVED_EVERY == 0) {
                                place.save(network, trainer, Map.of());
                            }
                        });
            }
            result.save(recipe.network(), average.weights(), notes(recipe));
        }
    }

    private static Map<String, String> notes(Recipe recipe) {
        Map<String, String> notes = new TreeMap<>(); // in order, so that the digest is always one
        notes.put("data", recipe.images().toString());
        notes.put("schedule", recipe.schedule().toString());
        notes.put("prediction", recipe.prediction().toString());
        notes.put("steps", String.valueOf(recipe.steps()));
        notes.put("batch", String.valueOf(recipe.batch()));
        notes.put("averageDecay", String.valueOf(recipe.averageDecay()));
        return notes;
    }

    private static TrainingListener progress(PrintStream out, long start) {
        double[] sum = new double[1];
        return step -> {
            sum[0] += step.loss();
            if (step.number() % SAID_EVERY == 0) {
                out.printf(
                        Locale.ROOT,
                        "step %,d of %,d, mean loss %.4f, %.0f s%n",
                        step.number(),
                        step.last(),
                        sum[0] / SAID_EVERY,
                        (System.nanoTime() - start) / 1e9);
                sum[0] = 0;
            }
        };
    }
}
