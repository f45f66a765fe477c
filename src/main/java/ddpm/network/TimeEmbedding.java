package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.Tensors;
import java.util.Arrays;

/** Turns a step into numbers that a network can use. Vaswani et al. (2017), Sec. 3.5. */
public final class TimeEmbedding {

    private static final double LONGEST_PERIOD = 1e4;

    private TimeEmbedding() {}

    /**
     * Sines, then cosines, of t - 1 at frequencies that fall from 1 to 1/10⁴. The published
     * networks count steps from 0: this is the only place where the shift is made.
     *
     * <pre>[sin(f_i (t - 1)), cos(f_i (t - 1))], f_i = exp(-ln 10⁴ · i / (C/2 - 1))</pre>
     *
     * @param t the step of each image, 1 to T
     * @param channels C, even and at least 4
     * @return N × C values, row by row
     * @throws IllegalArgumentException if a step is below 1, or the channels are odd or too few
     */
    public static float[] of(int[] t, int channels) {
        Check.that(
                channels >= 4 && channels % 2 == 0,
                "channels must be even and >= 4, got %d",
                channels);
        int least = Arrays.stream(t).min().orElse(1);
        Check.that(least >= 1, "t must be >= 1, got %d", least);
        int half = channels / 2;
        float[] rows = new float[t.length * channels];
        for (int i = 0; i < half; i++) {
            double frequency = Math.exp(-Math.log(LONGEST_PERIOD) * i / (half - 1));
            for (int n = 0; n < t.length; n++) {
                double angle = frequency * (t[n] - 1);
                rows[n * channels + i] = (float) Math.sin(angle);
                rows[n * channels + half + i] = (float) Math.cos(angle);
            }
        }
        return rows;
    }

    /** {@link #of(int[], int)} as a tensor (N, C); the manager owns it. */
    static NDArray of(NDManager manager, int[] t, int channels) {
        return Tensors.of(manager, of(t, channels), new Shape(t.length, channels));
    }
}
