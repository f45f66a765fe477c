package ddpm.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.Tensors;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** Keeps copies of x_t and x̂_0 at chosen steps while a sampler runs. */
public final class Trajectory implements SamplingListener {

    private record Frame(NDArray xt, NDArray x0) {}

    private final NDManager owner;
    private final Set<Integer> wanted;
    private final NavigableMap<Integer, Frame> frames = new TreeMap<>();

    /**
     * Keeps the given steps.
     *
     * @param owner owns the copies
     * @param steps values of t, 0 … T - 1
     */
    public Trajectory(NDManager owner, Collection<Integer> steps) {
        this.owner = owner;
        wanted = Set.copyOf(steps);
        Check.that(wanted.stream().allMatch(t -> t >= 0), "steps must be >= 0, got %s", steps);
    }

    @Override
    public void onStep(int t, NDArray xt, NDArray x0) {
        if (wanted.contains(t)) {
            frames.put(t, new Frame(Tensors.copy(owner, xt), Tensors.copy(owner, x0)));
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
     * @param t one of {@link #steps()}
     * @return x_t, (N, C, H, W), attached to the owner
     * @throws IllegalArgumentException if the step was not kept
     */
    public NDArray xt(int t) {
        return frame(t).xt();
    }

    /**
     * The clean images that the network expected when it made that step.
     *
     * @param t one of {@link #steps()}
     * @return x̂_0, (N, C, H, W), attached to the owner
     * @throws IllegalArgumentException if the step was not kept
     */
    public NDArray x0(int t) {
        return frame(t).x0();
    }

    private Frame frame(int t) {
        Check.that(frames.containsKey(t), "step %d was not kept, have %s", t, steps());
        return frames.get(t);
    }
}
