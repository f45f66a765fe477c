package ddpm.measure;

import ddpm.Check;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.network.Compute;
import ddpm.network.ConvNet;
import ddpm.training.Checkpoint;
import ddpm.training.CheckpointFile;
import ddpm.training.LearningRate;
import ddpm.training.MovingAverage;
import ddpm.training.Trainer;
import ddpm.training.TrainingListener;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The command that trains the {@link DigitClassifier} which ships with the library. */
public final class TrainClassifier {

    static final int SEED = 1;
    static final int BATCH = 128;
    static final int STEPS = 3000;
    static final double RATE = 2e-3;
    static final double DECAY = 0.998;
    static final int FARTHEST = 2;

    private TrainClassifier() {}

    /**
     * Trains on the 60,000 training images, and saves the moving average of the weights.
     *
     * @param args the file to write, such as {@code digit-classifier.safetensors}
     */
    public static void main(String[] args) {
        Check.that(args.length == 1, "usage: TrainClassifier FILE, got %d arguments", args.length);
        train(Path.of(args[0]), Mnist.train(), Mnist.test(), STEPS, System.out);
    }

    static void train(Path path, ImageSet images, ImageSet test, int steps, PrintStream out) {
        long start = System.nanoTime();
        try (ConvNet net = ConvNet.create(DigitClassifier.CONFIG, SEED, Compute.device());
                MovingAverage average = new MovingAverage(net.weights(), DECAY);
                CheckpointFile file = CheckpointFile.open(path)) {
            var rate = LearningRate.constant(RATE).withWarmUp(100).withCosineDecay(steps);
            var objective = new DigitObjective(images, net, FARTHEST);
            var settings = new Trainer.Settings(rate, 1.0, SEED);
            new Trainer(net.weights(), objective, settings, Optional.of(average))
                    .run(steps, DigitObjective.numbers(images.size(), BATCH, SEED), report(out));
            file.save(DigitClassifier.CONFIG, average.weights(), notes(steps));
            net.weights().set(ddpm.Tensors.floats(average.weights().flat()));
            double accuracy = new DigitClassifier(net).accuracy(test);
            out.printf(
                    Locale.ROOT,
                    "%.2f %% of %,d test images are read right, after %.1f minutes%n%s%n",
                    100 * accuracy,
                    test.size(),
                    (System.nanoTime() - start) / 6e10,
                    Checkpoint.load(path, DigitClassifier.CONFIG));
        }
    }

    private static TrainingListener report(PrintStream out) {
        return step -> {
            if (step.number() % 250 == 0) {
                out.printf(Locale.ROOT, "step %,d: loss %.4f%n", step.number(), step.loss());
            }
        };
    }

    private static Map<String, String> notes(int steps) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put("command", TrainClassifier.class.getName());
        notes.put("data", "MNIST, 60,000 training images, shifted by up to " + FARTHEST);
        notes.put("seed", String.valueOf(SEED));
        notes.put("steps", steps + " of " + BATCH + " images");
        return notes;
    }
}
