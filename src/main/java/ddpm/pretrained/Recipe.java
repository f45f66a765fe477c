package ddpm.pretrained;

import ddpm.data.Cifar10;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.Shuffle;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.training.Batches;
import ddpm.training.LearningRate;
import ddpm.training.Optimizers;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * What a training run needs: data, network, schedule, and how long to learn.
 *
 * @param images the training images
 * @param network shape of the network
 * @param schedule β_1 … β_T
 * @param prediction what the network is asked for
 * @param batch images in a step
 * @param steps length of the training
 * @param learningRate size of each optimiser step
 * @param averageDecay decay of the moving average of the weights
 * @param optimizer what changes the weights
 */
public record Recipe(
        ImageSet images,
        UNetConfig network,
        NoiseSchedule schedule,
        Prediction prediction,
        int batch,
        int steps,
        LearningRate learningRate,
        double averageDecay,
        Optimizers optimizer) {

    static final NoiseSchedule MNIST_SCHEDULE = new CosineSchedule(250);
    static final Prediction MNIST_PREDICTION = Prediction.V;

    /**
     * The batches of the training, shuffled anew in every epoch.
     *
     * @param seed chooses the shuffles
     * @return the batches
     */
    public Batches batches(long seed) {
        Shuffle shuffle = new Shuffle(images.size(), batch, seed);
        return (manager, step) -> images.batch(manager, shuffle.at(step));
    }

    /** The settings in a line, for tables. */
    String settings() {
        double highest =
                LongStream.rangeClosed(1, steps).mapToDouble(learningRate::at).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "%d × %s channels, %d residual block a level, attention at %s; %s, predicts %s;"
                        + " %s, learning rate up to %.2g and at the end %.2g; EMA %.4f; batch %d",
                network.channels(),
                network.multipliers(),
                network.blocks(),
                network.attention().sizes(),
                schedule,
                prediction,
                optimizer,
                highest,
                learningRate.at(steps),
                averageDecay,
                batch);
    }

    /**
     * A training on MNIST that suits two processor cores: a small network, a short cosine schedule,
     * v in the place of ε (Salimans and Ho, 2022, App. D) and {@link Optimizers#MUON} in the place
     * of Adam, which both learn faster here.
     *
     * @param batch images in a step, at least 1
     * @param steps length of the training, at least 1; the learning rate falls to nearly 0 over it
     * @param averageDecay decay of the moving average of the weights, in [0, 1)
     * @return the recipe
     */
    public static Recipe mnist(int batch, int steps, double averageDecay) {
        return new Recipe(
                Mnist.train(),
                UNetConfig.MNIST,
                MNIST_SCHEDULE,
                MNIST_PREDICTION,
                batch,
                steps,
                LearningRate.constant(6e-3).withWarmUp(50).withCosineDecay(steps),
                averageDecay,
                Optimizers.MUON);
    }

    /**
     * The paper's training on CIFAR-10: 800,000 steps with images and their mirror images. Ho et
     * al. (2020), App. B.
     *
     * @param folder holds the binary files, see {@link Cifar10#train}
     * @return the recipe
     * @throws ddpm.data.BadDataException if a file is missing or damaged
     */
    public static Recipe cifar10(Path folder) {
        return new Recipe(
                Cifar10.train(folder).withMirrorImages(),
                UNetConfig.CIFAR10,
                LinearSchedule.DDPM,
                Prediction.EPSILON,
                128,
                800_000,
                LearningRate.constant(2e-4).withWarmUp(5000),
                0.9999,
                Optimizers.ADAMW);
    }
}
