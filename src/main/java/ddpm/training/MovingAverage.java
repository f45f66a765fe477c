package ddpm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.network.Torch;
import ddpm.network.Weights;
import java.util.List;

/**
 * An exponential moving average of the weights. Sample with it: it is smoother than the last
 * weights.
 *
 * <pre>θ̄ ← d_k θ̄ + (1 - d_k) θ,   d_k = min(d, (1 + k) / (10 + k))</pre>
 *
 * <p>Ho et al. (2020), App. B, with d = 0.9999. The warm-up, which lets a short run forget its
 * random start, is TensorFlow's; the paper has none.
 */
public final class MovingAverage implements AutoCloseable {

    private static final String LERP =
            """
            def lerp(self: __torch__.M, a: Tensor, b: Tensor, w: Tensor) -> Tensor:
              return torch.lerp_(a, b, w)
            """;

    private final Weights source;
    private final Weights average;
    private final double decay;
    private final Torch torch;
    private long updates;

    /**
     * Starts from the weights as they are.
     *
     * @param source the weights that are trained
     * @param decay d, in [0, 1)
     */
    public MovingAverage(Weights source, double decay) {
        Check.that(0 <= decay && decay < 1, "decay must be in [0, 1), got %s", decay);
        this.source = source;
        this.decay = decay;
        average = source.copy();
        torch = new Torch(average.manager(), List.of(LERP));
    }

    /** Moves the average towards the weights, once after each training step. */
    public void update() {
        updates++;
        NDManager manager = average.manager();
        try (NDArray share = manager.full(new Shape(), (float) (1 - decayAt(updates)));
                NDArray same = torch.call("lerp", average.flat(), source.flat(), share)) {
            Check.that(same.size() == average.count(), "the average returned %s", same);
        }
    }

    double decayAt(long k) {
        return Math.min(decay, (1.0 + k) / (10.0 + k));
    }

    /**
     * The averaged weights.
     *
     * @return the weights, owned by this object
     */
    public Weights weights() {
        return average;
    }

    /**
     * The decay d.
     *
     * @return in [0, 1)
     */
    public double decay() {
        return decay;
    }

    /**
     * How often the average was moved.
     *
     * @return the number of updates k
     */
    public long updates() {
        return updates;
    }

    /** Goes on from another average. */
    void restore(float[] values, long newUpdates) {
        average.set(values);
        updates = newUpdates;
    }

    @Override
    public void close() {
        average.close();
    }
}
