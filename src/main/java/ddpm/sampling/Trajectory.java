package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.Tensors;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Keeps x_t and x̂_0 of chosen steps while a sampler runs, in Java memory. */
public final class Trajectory implements SamplingListener {

    private record Frame(float[] xt, float[] x0, Shape shape) {}

    private final Set<Integer> wanted;
    private final NavigableMap<Integer, Frame> frames = new TreeMap<>();

    /**
     * Keeps the given steps.
     *
     * @param steps values of t, 0 … T - 1
     */
    public Trajectory(Set<Integer> steps) {
        wanted = Set.copyOf(steps);
        Check.that(
                wanted.stream().allMatch(t -> t >= 0), "steps must be >= 0, got %s", steps);
    }

    @Override
    public void onStep(int t, NDArray xt, NDArray x0) {
        if (wanted.contains(t)) {
            frames.put(t, new Frame(xt.toFloatArray(), x0.toFloatArray(), xt.getShape()));
        }
    }

    /**
     * The steps that were kept.
     *
     * @return values of t, from the noise to the image
     */
    public List<Integer> steps() {
        return List.copyOf(frames.descendingKeySet());
    }

    /**
     * The images at a step.
     *
     * @param manager owns the result
     * @param t one of {@link #steps()}
     * @return x_t, (N, C, H, W)
     * @throws IllegalArgumentException if the step was not kept
     */
    public NDArray xt(NDManager manager, int t) {
        return Tensors.of(manager, frame(t).xt(), frame(t).shape());
    }

    /**
     * The clean images that the network expected when it made that step.
     *
     * @param manager owns the result
     * @param t one of {@link #steps()}
     * @return x̂_0, (N, C, H, W)
     * @throws IllegalArgumentException if the step was not kept
     */
    public NDArray x0(NDManager manager, int t) {
        return Tensors.of(manager, frame(t).x0(), frame(t).shape());
    }

    private Frame frame(int t) {
        Check.that(frames.containsKey(t), "step %d was not kept, have %s", t, steps());
        return frames.get(t);
    }
}
