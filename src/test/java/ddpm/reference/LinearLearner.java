package ddpm.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import java.util.stream.IntStream;

/**
 * The smallest network that learns: ε_θ(x_t, t) = a_t x_t, one number for each step. For data N(0,
 * c) everything about its training is known.
 */
public final class LinearLearner {

    /** T = 10. */
    public static final ForwardProcess FORWARD = TinyModel.FORWARD;

    /** T. */
    public static final int STEPS = TinyModel.STEPS;

    private LinearLearner() {}

    /**
     * The network.
     *
     * @param a at least T numbers; a_t is the one at t - 1
     * @return a_t x_t, through which gradients flow
     */
    public static NoisePredictor network(NDArray a) {
        return (xt, t) -> {
            long[] index = IntStream.of(t).mapToLong(k -> k - 1).toArray();
            NDArray chosen = a.reshape(-1).gather(xt.getManager().create(index), 0);
            return xt.mul(chosen.reshape(new Shape(t.length, 1, 1, 1)));
        };
    }

    /**
     * The a_t of the smallest loss, E[ε x_t] / E[x_t²].
     *
     * @param c variance of the data
     * @param t step, 1 to T
     * @return √(1 - ᾱ_t) / (ᾱ_t c + 1 - ᾱ_t)
     */
    public static double best(double c, int t) {
        return FORWARD.noiseScale(t) / FORWARD.variance(c, t);
    }

    /**
     * The slope of L_simple along a_t.
     *
     * @param c variance of the data
     * @param a a_t
     * @param t step, 1 to T
     * @return 2/T (a_t E[x_t²] - E[ε x_t])
     */
    public static double slope(double c, double a, int t) {
        return 2.0 / STEPS * (a * FORWARD.variance(c, t) - FORWARD.noiseScale(t));
    }
}
