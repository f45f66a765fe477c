package ddpm.notebook;

import ddpm.Check;
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
import java.nio.file.Path;

/**
 * What a first training run needs, chosen so that it fits a budget.
 *
 * @param images the training images
 * @param network shape of the network
 * @param schedule β_1 … β_T
 * @param prediction what the network is asked for
 * @param batch images in a step
 * @param steps length of the training
 * @param learningRate size of each optimiser step
 * @param averageDecay decay of the moving average of the weights
 */
public record Recipe(
        ImageSet images,
        UNetConfig network,
        NoiseSchedule schedule,
        Prediction prediction,
        int batch,
        int steps,
        LearningRate learningRate,
        double averageDecay) {

    private static final String CIFAR10_FOLDER = "DDPM_CIFAR10";

    /**
     * The recipe of a budget. Small and full train on MNIST on two processor cores; gpu trains the
     * paper's network as {@link #cifar10} says, on the folder that the environment variable {@code
     * DDPM_CIFAR10} names.
     *
     * @param budget how long to work
     * @return the recipe
     * @throws IllegalArgumentException if the budget is gpu and the variable is not set
     */
    public static Recipe of(Budget budget) {
        return switch (budget) {
            case SMALL -> mnist(32, 1600);
            case FULL -> mnist(64, 6000);
            case GPU -> cifar10(cifar10Folder());
        };
    }

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

    private static Recipe mnist(int batch, int steps) {
        return new Recipe(
                Mnist.train(),
                UNetConfig.MNIST,
                new CosineSchedule(250),
                Prediction.V,
                batch,
                steps,
                LearningRate.constant(3e-3).withWarmUp(50).withCosineDecay(steps),
                0.995);
    }

    private static Path cifar10Folder() {
        String folder = System.getenv(CIFAR10_FOLDER);
        Check.that(
                folder != null && !folder.isBlank(),
                "the gpu budget trains on CIFAR-10: set %s to the folder that holds"
                        + " data_batch_1.bin … data_batch_5.bin; it is not set",
                CIFAR10_FOLDER);
        return Path.of(folder);
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
                0.9999);
    }
}
