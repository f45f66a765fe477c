package ddpm.data;

import ddpm.Check;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The images of each training step: every epoch is a new shuffle, and each image comes at most once
 * in it. Images that do not fill a last batch wait for the next shuffle.
 *
 * <p>A step's batch depends only on the seed and the step, so a run that was stopped and resumed
 * sees the images that the straight run would have seen. Not for use by several threads at once.
 */
public final class Shuffle {

    private final int images;
    private final int batchSize;
    private final long seed;
    private final int[] order;
    private long epochInOrder = -1;

    /**
     * Shuffle of a set of images.
     *
     * @param images how many images there are
     * @param batchSize how many of them a step takes, 1 … images
     * @param seed chooses the shuffles
     * @throws IllegalArgumentException if a batch is empty or larger than the set
     */
    public Shuffle(int images, int batchSize, long seed) {
        Check.that(
                1 <= batchSize && batchSize <= images,
                "the batch size must be in [1, %d], the number of images, got %d",
                images,
                batchSize);
        this.images = images;
        this.batchSize = batchSize;
        this.seed = seed;
        this.order = new int[images];
    }

    /**
     * How many steps one pass over the images takes.
     *
     * @return the number of full batches
     */
    public int perEpoch() {
        return images / batchSize;
    }

    /**
     * The images of one step.
     *
     * @param step 0, 1, 2, …
     * @return as many different indices as the batch size, each 0 … images - 1
     * @throws IllegalArgumentException if the step is negative
     */
    public int[] at(long step) {
        Check.that(step >= 0, "the step must be >= 0, got %d", step);
        long epoch = step / perEpoch();
        if (epoch != epochInOrder) {
            shuffle(epoch);
        }
        int from = Math.toIntExact(step % perEpoch()) * batchSize;
        return Arrays.copyOfRange(order, from, from + batchSize);
    }

    /** Fisher and Yates, from a stream of its own for each pair of seed and epoch. */
    private void shuffle(long epoch) {
        var random = new SplittableRandom(new SplittableRandom(seed).nextLong() + epoch);
        for (int i = 0; i < images; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        epochInOrder = epoch;
    }
}
