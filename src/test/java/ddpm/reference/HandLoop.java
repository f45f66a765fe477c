package ddpm.reference;

import ddpm.data.Shuffle;
import ddpm.training.AdamW;
import ddpm.training.Draws;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Algorithm 1 for the {@link LinearLearner} in plain doubles, without the engine, the trainer and
 * the optimiser of the library. The gradient is the formula's. Override a method to plant a bug.
 */
public class HandLoop {

    public static final int STEPS = 12;
    public static final int BATCH = 4;
    public static final long SEED = 5;
    public static final double CLIP = 1.2;
    public static final double DECAY = 0.8;
    public static final double RATE = 0.05;
    public static final int WARM_UP = 4;

    /** Images of one pixel, drawn from N(0, 2). */
    public static final float[] IMAGES = images();

    private final double[] a = new double[LinearLearner.STEPS];
    private final double[] gradient = new double[a.length];
    private final double[] first = new double[a.length];
    private final double[] second = new double[a.length];
    private final double[] average = new double[a.length];
    private int clipped;

    private static float[] images() {
        var random = new SplittableRandom(6);
        float[] pixels = new float[12];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) (Math.sqrt(2) * random.nextGaussian());
        }
        return pixels;
    }

    /** The images of a step, each once in an epoch of three steps. */
    public static int[] indices(long step) {
        return new Shuffle(IMAGES.length, BATCH, 3).at(step);
    }

    /** {@return after each step the numbers a_1 … a_T, then their moving averages} */
    public final double[][] run() {
        double[][] rows = new double[STEPS][];
        for (int k = 1; k <= STEPS; k++) {
            step(k);
            rows[k - 1] = IntStream.range(0, 2 * a.length).mapToDouble(this::entry).toArray();
        }
        return rows;
    }

    private double entry(int i) {
        return i < a.length ? a[i] : average[i - a.length];
    }

    /** {@return in how many steps the gradient was too long} */
    public final int clipped() {
        return clipped;
    }

    protected void step(int k) {
        descend(k);
        follow(k);
    }

    /** Loss, gradient, and one step of Adam. Loshchilov and Hutter (2019), Alg. 2, no decay. */
    protected final void descend(int k) {
        zero(gradient);
        addGradient(batch(k), draws(k));
        double shorter =
                shortened(Math.sqrt(IntStream.range(0, a.length).mapToDouble(this::sq).sum()));
        var s = AdamW.Settings.DDPM;
        for (int i = 0; i < a.length; i++) {
            double g = shorter * gradient[i];
            first[i] = s.beta1() * first[i] + (1 - s.beta1()) * g;
            second[i] = s.beta2() * second[i] + (1 - s.beta2()) * g * g;
            double m = first[i] / unbiased(s.beta1(), k);
            double v = second[i] / unbiased(s.beta2(), k);
            a[i] -= rate(k) * m / (Math.sqrt(v) + s.epsilon());
        }
    }

    private double sq(int i) {
        return gradient[i] * gradient[i];
    }

    /** Lines 2 to 5: the slope of the mean of (ε - a_t x_t)², pixel by pixel. */
    private void addGradient(int[] images, Draws draws) {
        int[] t = draws.timesteps().ints(images.length, 1, LinearLearner.STEPS + 1).toArray();
        RandomGenerator noise = draws.noise();
        for (int n = 0; n < images.length; n++) {
            double eps = (float) noise.nextGaussian();
            double xt = LinearLearner.FORWARD.sample(IMAGES[images[n]], t[n], eps);
            gradient[t[n] - 1] += 2.0 / images.length * (a[t[n] - 1] * xt - eps) * xt;
        }
    }

    protected final void follow(int k) {
        for (int i = 0; i < a.length; i++) {
            average[i] = decay(k) * average[i] + (1 - decay(k)) * a[i];
        }
    }

    protected void zero(double[] sum) {
        java.util.Arrays.fill(sum, 0);
    }

    protected double shortened(double norm) {
        clipped += norm > CLIP ? 1 : 0;
        return Math.min(1, CLIP / norm);
    }

    protected double unbiased(double memory, int k) {
        return 1 - Math.pow(memory, k);
    }

    protected double rate(int k) {
        return RATE * Math.min(1, (double) k / WARM_UP);
    }

    protected double decay(int k) {
        return Math.min(DECAY, (1.0 + k) / (10.0 + k));
    }

    protected int[] batch(int k) {
        return indices(k);
    }

    protected Draws draws(int k) {
        return new Draws(SEED, k);
    }
}
