package ddpm.network;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** How a parameter starts. Ho et al.'s code: variance scaling by the mean of fan-in and fan-out. */
enum Init {
    ZERO,
    ONE,
    /** Uniform with variance 2 / (fan-in + fan-out). */
    SCALED;

    void fill(float[] flat, int from, Shape shape, RandomGenerator random) {
        int to = from + (int) shape.size();
        if (this != SCALED) {
            Arrays.fill(flat, from, to, this == ONE ? 1 : 0);
            return;
        }
        long window = shape.dimension() == 4 ? shape.get(2) * shape.get(3) : 1;
        double fans = (shape.get(0) + shape.get(1)) * (double) window;
        double bound = Math.sqrt(6 / fans);
        for (int i = from; i < to; i++) {
            flat[i] = (float) random.nextDouble(-bound, bound);
        }
    }
}
