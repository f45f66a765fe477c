package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.ImageSet;
import ddpm.data.Shuffle;
import ddpm.network.ConvNet;
import ddpm.training.Batches;
import ddpm.training.Draws;
import ddpm.training.Objective;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Cross entropy of a classifier, on images that are shifted by a few pixels: a digit stays the same
 * digit. The batch holds the numbers of the images, since the trainer knows no labels.
 *
 * <pre>loss = -mean log p_θ(label | image)</pre>
 *
 * @param images labelled images
 * @param network what is trained
 * @param farthest longest shift in each direction, in pixels
 */
record DigitObjective(ImageSet images, ConvNet network, int farthest) implements Objective {

    /** The numbers of the images of each step, shuffled anew in every epoch. */
    static Batches numbers(int images, int batch, long seed) {
        Shuffle shuffle = new Shuffle(images, batch, seed);
        return (manager, step) -> {
            int[] chosen = shuffle.at(step - 1);
            float[] numbers = new float[batch]; // exact for integers up to 2^24
            for (int i = 0; i < batch; i++) {
                numbers[i] = chosen[i];
            }
            return Tensors.of(manager, numbers, new Shape(batch));
        };
    }

    @Override
    public NDArray loss(NDArray batch, Draws draws) {
        NDManager manager = batch.getManager();
        int[] chosen = new int[(int) batch.size()];
        float[] numbers = Tensors.floats(batch);
        Arrays.setAll(chosen, i -> (int) numbers[i]);
        NDArray x = shifted(images.batch(manager, chosen), draws.augmentation());
        int classes = network.config().classes();
        float[] weights = new float[chosen.length * classes];
        for (int i = 0; i < chosen.length; i++) {
            weights[i * classes + images.label(chosen[i])] = -1f / chosen.length;
        }
        NDArray weight = Tensors.of(manager, weights, new Shape(chosen.length, classes));
        return network.training(x).logSoftmax(1).mul(weight).sum();
    }

    /** Moves each image by its own draw; what comes in at the edge is black, which is -1. */
    NDArray shifted(NDArray x, RandomGenerator random) {
        Shape shape = x.getShape();
        int height = (int) shape.get(2);
        int width = (int) shape.get(3);
        float[] from = Tensors.floats(x);
        float[] to = new float[from.length];
        Arrays.fill(to, -1);
        for (int first = 0; first < from.length; first += height * width) {
            int down = random.nextInt(-farthest, farthest + 1);
            int right = random.nextInt(-farthest, farthest + 1);
            int length = width - Math.abs(right);
            for (int row = Math.max(0, -down); row < Math.min(height, height - down); row++) {
                int source = first + row * width + Math.max(0, -right);
                int target = first + (row + down) * width + Math.max(0, right);
                System.arraycopy(from, source, to, target, length);
            }
        }
        return Tensors.of(x.getManager(), to, shape);
    }
}
