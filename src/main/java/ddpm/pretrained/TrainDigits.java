package ddpm.pretrained;

import com.google.gson.JsonObject;
import ddpm.Check;
import ddpm.network.Compute;
import ddpm.network.Precision;
import ddpm.training.Checkpoint;
import ddpm.training.CheckpointFile;
import ddpm.training.Trainer;
import ddpm.training.TrainingListener;
import ddpm.training.TrainingStopped;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntFunction;

/**
 * Trains the network that ships with this library. Stopped with Ctrl-C, it ends after the current
 * step, and goes on there when it is started again.
 *
 * <pre>python3 environment/lab.py --java ddpm.pretrained.TrainDigits digits.safetensors</pre>
 *
 * <p>With a number of minutes after the file it makes as many steps as fit into them, and the
 * learning rate falls over just these. Such a run is not resumed, and it depends on the machine: it
 * computes in {@link Precision#automatic}.
 */
public final class TrainDigits {

    private static final int STEPS = 6000;
    private static final int BATCH = 64;
    private static final double AVERAGED = 12; // the average looks back over a twelfth of the steps
    private static final int SAVED_EVERY = 1000;
    private static final int SAID_EVERY = 200;

    private TrainDigits() {}

    /**
     * Trains, and writes the averaged weights. Without minutes the state of the training is kept
     * beside them, in a file whose name ends in {@code .training}; with minutes the last line is
     * JSON with the steps made, their seconds, and the settings with the precision.
     *
     * @param arguments the file to write and, if the time is limited, the minutes
     */
    public static void main(String[] arguments) {
        Check.that(
                arguments.length == 1 || arguments.length == 2,
                "need the file to write, got %d words",
                arguments.length);
        Path file = Path.of(arguments[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        TrainingListener progress = progress(out, System.nanoTime());
        if (arguments.length == 2) {
            TimeLimit limit = new TimeLimit(minutes(arguments[1]), System::nanoTime);
            Precision precision = Precision.automatic(Compute.device());
            interruptibly(
                    () ->
                            out.println(
                                    train(file, limit, TrainDigits::recipe, precision, progress)));
        } else {
            interruptibly(
                    () -> {
                        train(file, recipe(STEPS), progress);
                        out.println(Checkpoint.load(file));
                    });
        }
    }

    /** With Ctrl-C the work ends after a step. Else the engine would be unloaded in the middle. */
    private static void interruptibly(Runnable work) {
        Thread worker = Thread.currentThread();
        AtomicBoolean stopping = new AtomicBoolean();
        Thread hook =
                new Thread(
                        () -> {
                            stopping.set(true);
                            worker.interrupt();
                            try {
                                worker.join();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            work.run();
        } catch (TrainingStopped stopped) {
            if (!stopping.get()) {
                throw stopped;
            }
            System.err.println(stopped.getMessage());
        } finally {
            if (!stopping.get()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private static double minutes(String word) {
        try {
            return Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("the minutes must be a number, got " + word, e);
        }
    }

    private static Recipe recipe(int steps) {
        return Recipe.mnist(BATCH, steps, 1 - AVERAGED / Math.max(AVERAGED, steps));
    }

    /** Trains by a recipe, and writes the averaged weights. */
    static void train(Path file, Recipe recipe, TrainingListener listener) {
        Path state = file.resolveSibling(file.getFileName() + ".training");
        try (CheckpointFile result = CheckpointFile.open(file);
                CheckpointFile place = CheckpointFile.open(state);
                Training training = Training.of(recipe)) {
            Trainer trainer = training.trainer();
            place.load().ifPresent(checkpoint -> checkpoint.resume(trainer));
            if (trainer.step() < recipe.steps()) {
                try {
                    trainer.run(
                            recipe.steps() - trainer.step(),
                            recipe.batches(Training.SEED_OF_ORDER),
                            step -> {
                                listener.onStep(step);
                                if (step.number() % SAVED_EVERY == 0) {
                                    place.save(training.network(), trainer, Map.of());
                                }
                            });
                } catch (TrainingStopped stopped) {
                    place.save(training.network(), trainer, Map.of());
                    throw stopped;
                }
            }
            training.save(result);
        }
    }

    /**
     * Trains until the time is over, and writes the averaged weights.
     *
     * @param recipes the recipe for a number of steps
     * @return the steps made, their seconds, and the settings
     */
    static JsonObject train(
            Path file,
            TimeLimit limit,
            IntFunction<Recipe> recipes,
            Precision precision,
            TrainingListener listener) {
        try (CheckpointFile result = CheckpointFile.open(file)) {
            double seconds;
            try (Training trial = Training.of(recipes.apply(STEPS), precision)) {
                seconds = limit.secondsOfAStep(trial);
            }
            Recipe recipe = recipes.apply(limit.steps(seconds));
            try (Training training = Training.of(recipe, precision)) {
                Trainer trainer = training.trainer();
                var batches = recipe.batches(Training.SEED_OF_ORDER);
                do { // as planned, unless the machine has become slower
                    trainer.run(1, batches, step -> listener.onStep(of(recipe.steps(), step)));
                } while (trainer.step() < recipe.steps() && limit.left() > seconds);
                JsonObject report = new JsonObject();
                report.addProperty("steps", trainer.step());
                report.addProperty("seconds", limit.used());
                report.addProperty("parameters", recipe.network().parameters());
                report.addProperty("settings", recipe.settings() + ", " + precision);
                training.save(result);
                return report;
            }
        }
    }

    private static TrainingListener.Step of(int last, TrainingListener.Step step) {
        return new TrainingListener.Step(
                step.number(), last, step.loss(), step.gradientNorm(), step.images());
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
