package ddpm.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import ddpm.Check;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.network.Compute;
import ddpm.network.Weights;
import java.util.Optional;

/**
 * Makes a loss small: batch, loss, gradient, optimiser step, moving average. It knows no diffusion.
 *
 * <p>Every step works in its own manager. Stop it by interrupting its thread, which is what the
 * notebook's stop button does: it ends after the current step.
 */
public final class Trainer {

    private final Weights weights;
    private final Objective objective;
    private final Settings settings;
    private final Optimizer optimizer;
    private final Optional<MovingAverage> average;
    private long step;

    /**
     * How to train.
     *
     * @param learningRate the size of each step
     * @param maxGradientNorm longer gradients are shortened to this length; positive, infinity for
     *     never. Ho et al.'s code: 1
     * @param seed of all random draws
     */
    public record Settings(LearningRate learningRate, double maxGradientNorm, long seed) {
        /**
         * Checks the ranges.
         *
         * @param learningRate the size of each step
         * @param maxGradientNorm longer gradients are shortened to this length; positive, infinity
         *     for never. Ho et al.'s code: 1
         * @param seed of all random draws
         */
        public Settings {
            Check.that(
                    maxGradientNorm > 0,
                    "the largest gradient norm must be positive, got %s",
                    maxGradientNorm);
        }
    }

    /**
     * A trainer with the paper's Adam.
     *
     * @param weights the parameters to train
     * @param objective what to make small
     * @param settings how to train
     * @param average moving average to keep up to date, if any; the caller closes it
     */
    public Trainer(
            Weights weights,
            Objective objective,
            Settings settings,
            Optional<MovingAverage> average) {
        this(weights, objective, settings, average, new AdamW(weights));
    }

    /**
     * A trainer.
     *
     * @param weights the parameters to train
     * @param objective what to make small
     * @param settings how to train
     * @param average moving average to keep up to date, if any; the caller closes it
     * @param optimizer changes the weights
     * @throws IllegalArgumentException if the optimiser is that of other weights
     */
    public Trainer(
            Weights weights,
            Objective objective,
            Settings settings,
            Optional<MovingAverage> average,
            Optimizer optimizer) {
        Check.that(optimizer.weights == weights, "the optimiser changes other weights than these");
        this.weights = weights;
        this.objective = objective;
        this.settings = settings;
        this.optimizer = optimizer;
        this.average = average;
    }

    /**
     * Trains on. The first call makes steps 1 to {@code steps}, the next one continues.
     *
     * @param steps number of steps to make, at least 1
     * @param batches the data
     * @param listener is told of each step
     * @throws TrainingStopped if the thread is interrupted, or a loss is not finite; the weights
     *     are those after the last good step
     */
    public void run(long steps, Batches batches, TrainingListener listener) {
        Check.that(steps >= 1, "steps must be >= 1, got %d", steps);
        long last = step + steps;
        NoGradient.run(
                () -> {
                    while (step < last) {
                        try {
                            stopIfInterrupted();
                            listener.onStep(oneStep(batches, last));
                        } catch (TrainingStopped why) {
                            listener.onStop(why);
                            throw why;
                        }
                    }
                });
    }

    private TrainingListener.Step oneStep(Batches batches, long last) {
        long next = step + 1;
        try (NDManager manager = weights.manager().newSubManager()) {
            NDArray batch = batches.at(manager, next);
            NDArray gradient;
            double loss;
            try {
                loss = backward(batch, new Draws(settings.seed(), next));
                gradient = weights.gradient(manager);
            } finally {
                weights.zeroGradients(); // after a failure too: the next backward pass adds
            }
            double norm = Tensors.length(gradient);
            checkFinite(next, loss, norm);
            if (norm > settings.maxGradientNorm()) {
                gradient.muli((float) (settings.maxGradientNorm() / norm));
            }
            optimizer.step(gradient, settings.learningRate().at(next));
            average.ifPresent(MovingAverage::update);
            step = next;
            int images = (int) batch.getShape().get(0);
            return new TrainingListener.Step(next, last, loss, norm, images);
        }
    }

    private double backward(NDArray batch, Draws draws) {
        Engine engine = Compute.engine();
        engine.setRandomSeed((int) draws.engineSeed());
        try (GradientCollector collector = engine.newGradientCollector()) {
            NDArray loss = objective.loss(batch, draws);
            collector.backward(loss);
            return loss.getFloat();
        }
    }

    private static void checkFinite(long step, double loss, double norm) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new TrainingStopped(
                    TrainingStopped.Reason.NOT_FINITE,
                    String.format(
                            "loss %s and gradient norm %s at step %d are not finite; the weights"
                                    + " are those after step %d. Try a lower learning rate, a"
                                    + " longer warm-up, or look for NaN in the data.",
                            loss, norm, step, step - 1));
        }
    }

    private void stopIfInterrupted() {
        if (Thread.interrupted()) {
            throw new TrainingStopped(
                    TrainingStopped.Reason.INTERRUPTED,
                    String.format(
                            "training was interrupted after step %d; the model keeps its weights,"
                                    + " and run(…) trains on",
                            step));
        }
    }

    /**
     * How many steps were made.
     *
     * @return the number of the last step, 0 before the first
     */
    public long step() {
        return step;
    }

    /**
     * What it trains.
     *
     * @return the parameters
     */
    public Weights weights() {
        return weights;
    }

    Settings settings() {
        return settings;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    /**
     * The moving average that it keeps up to date.
     *
     * @return the average, or nothing if there is none
     */
    public Optional<MovingAverage> average() {
        return average;
    }

    /** Counts on from another run's last step. */
    void restore(long lastStep) {
        step = lastStep;
    }
}
