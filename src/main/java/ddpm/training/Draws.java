package ddpm.training;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * The random numbers of one training step. They depend on the seed and the step alone, so that a
 * run that is taken up again draws what the unbroken run would have drawn; and each use has its own
 * stream, so that a change of one leaves the others as they were.
 *
 * @param seed of the run
 * @param step of the training, from 1
 */
public record Draws(long seed, long step) {

    /**
     * The stream of the steps t.
     *
     * @return a new generator, always at the start of the stream
     */
    public RandomGenerator timesteps() {
        return stream(1);
    }

    /**
     * The stream of the noise ε.
     *
     * @return a new generator, always at the start of the stream
     */
    public RandomGenerator noise() {
        return stream(2);
    }

    /**
     * The stream of the changes that are made to images before the network sees them.
     *
     * @return a new generator, always at the start of the stream
     */
    public RandomGenerator augmentation() {
        return stream(4);
    }

    /**
     * The seed of what the engine draws itself, which is dropout.
     *
     * @return a seed
     */
    public long engineSeed() {
        return stream(3).nextLong();
    }

    private SplittableRandom stream(int purpose) {
        long ofSeed = new SplittableRandom(seed).nextLong();
        long ofStep = new SplittableRandom(ofSeed + step).nextLong();
        return new SplittableRandom(ofStep + purpose).split();
    }
}
