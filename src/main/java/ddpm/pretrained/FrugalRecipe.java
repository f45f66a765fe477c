package ddpm.pretrained;

import ddpm.Check;
import ddpm.data.Mnist;
import ddpm.network.UNetConfig;
import ddpm.training.LearningRate;
import ddpm.training.Optimizers;

/**
 * The choices of somebody who has a budget of multiplications for training a model of MNIST digits
 * and drawing with it. All else is as in {@link Recipe#mnist}, but for {@link Optimizers#ADAMW}.
 *
 * @param channels channels of the first level: 8, 16, 24 … 64
 * @param levels 2 for the multipliers (1, 2), or 3 for (1, 2, 4)
 * @param batch images in a training step, 4 to 256
 * @param learningRate the highest, in (0, 1); it falls to nearly 0 over the training
 * @param averaged the share of the training that the moving average of the weights looks back over,
 *     in (0, 1]
 * @param samplerSteps steps of the second-order solver for each image drawn, 2 to 250
 */
public record FrugalRecipe(
        int channels,
        int levels,
        int batch,
        double learningRate,
        double averaged,
        int samplerSteps) {

    private static final int NUMBERS = 6;
    private static final int MOST_WARM_UP = 50; // steps

    /**
     * Checks the ranges.
     *
     * @param channels channels of the first level: 8, 16, 24 … 64
     * @param levels 2 for the multipliers (1, 2), or 3 for (1, 2, 4)
     * @param batch images in a training step, 4 to 256
     * @param learningRate the highest, in (0, 1)
     * @param averaged the share of the training that the moving average looks back over, in (0, 1]
     * @param samplerSteps steps of the second-order solver for each image drawn, 2 to 250
     */
    public FrugalRecipe {
        Check.that(
                8 <= channels && channels <= 64 && channels % 8 == 0,
                "channels must be 8, 16, 24 … 64, got %d",
                channels);
        Check.that(levels == 2 || levels == 3, "levels must be 2 or 3, got %d", levels);
        Check.that(4 <= batch && batch <= 256, "batch must be in [4, 256], got %d", batch);
        Check.that(
                0 < learningRate && learningRate < 1,
                "learning rate must be in (0, 1), got %s",
                learningRate);
        Check.that(0 < averaged && averaged <= 1, "averaged must be in (0, 1], got %s", averaged);
        int most = Recipe.MNIST_SCHEDULE.steps();
        Check.that(
                2 <= samplerSteps && samplerSteps <= most,
                "sampler steps must be in [2, %d], got %d",
                most,
                samplerSteps);
    }

    /**
     * Reads the six choices from numbers, in their order.
     *
     * @param numbers channels, levels, batch, learning rate, averaged, sampler steps
     * @return the recipe
     */
    public static FrugalRecipe of(double... numbers) {
        Check.that(
                numbers.length == NUMBERS,
                "a recipe has %d numbers, got %d",
                NUMBERS,
                numbers.length);
        return new FrugalRecipe(
                whole("channels", numbers[0]),
                whole("levels", numbers[1]),
                whole("batch", numbers[2]),
                numbers[3],
                numbers[4],
                whole("sampler steps", numbers[5]));
    }

    private static int whole(String name, double number) {
        Check.that(
                number == Math.rint(number) && Math.abs(number) <= Integer.MAX_VALUE,
                "%s must be a whole number, got %s",
                name,
                number);
        return (int) number;
    }

    /**
     * The shape of the network.
     *
     * @return that of {@link UNetConfig#MNIST} with these channels and levels
     */
    public UNetConfig network() {
        return levels == 2
                ? UNetConfig.MNIST.withChannels(channels, 1, 2)
                : UNetConfig.MNIST.withChannels(channels, 1, 2, 4);
    }

    /** The training with this many steps. */
    Recipe training(int steps) {
        int warmUp = Math.max(1, Math.min(MOST_WARM_UP, steps / 10));
        return new Recipe(
                Mnist.train(),
                network(),
                Recipe.MNIST_SCHEDULE,
                Recipe.MNIST_PREDICTION,
                batch,
                steps,
                LearningRate.constant(learningRate).withWarmUp(warmUp).withCosineDecay(steps),
                1 - 1 / Math.max(1, averaged * steps),
                Optimizers.ADAMW);
    }
}
