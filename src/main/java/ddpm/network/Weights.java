package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ddpm.Tensors;
import java.util.List;
import java.util.function.Function;

/**
 * All parameters of a network in one flat buffer, of which each parameter is a view, and all
 * gradients in another. So an optimiser or a moving average works on a single array.
 *
 * <p>The arrays belong to this object's own manager; {@link #close()} frees them.
 */
public final class Weights implements AutoCloseable {

    private final NDManager manager;
    private final List<Layout.Slot> slots;
    private final NDArray flat;
    private final NDArray[] views;

    Weights(NDManager parent, List<Layout.Slot> slots, float[] values) {
        this.manager = parent.newSubManager();
        this.slots = slots;
        this.flat = Tensors.of(manager, values, new Shape(values.length));
        try (NDArray numbers = flat.stopGradient()) { // the same memory
            views = views(numbers, manager);
        }
        flat.setRequiresGradient(true);
    }

    /** Each parameter as a view of a buffer, owned by a manager. */
    private NDArray[] views(NDArray buffer, NDManager owner) {
        long[] starts = slots.stream().skip(1).mapToLong(Layout.Slot::offset).toArray();
        NDArray[] shaped = new NDArray[slots.size()];
        try (NDList parts = buffer.split(starts)) {
            for (Layout.Slot s : slots) {
                NDArray view = parts.get(s.index()).reshape(s.shape());
                view.attach(owner);
                shaped[s.index()] = view;
            }
        }
        return shaped;
    }

    /**
     * Hands the parameters to a way through a network. Where gradients are recorded, they are views
     * that lead a gradient to the buffer, and live only here.
     */
    <R> R use(Function<Function<Layout.Slot, NDArray>, R> way) {
        if (!JniUtils.isGradMode()) {
            return way.apply(this::get);
        }
        try (NDManager work = manager.newSubManager()) {
            NDArray[] own = views(flat, work);
            return way.apply(slot -> own[slot.index()]);
        }
    }

    List<Layout.Slot> slots() {
        return slots;
    }

    NDArray get(Layout.Slot slot) {
        return views[slot.index()];
    }

    /**
     * All parameters, one after the other.
     *
     * @return float32 (P); owned by this object, a change is seen by the network; gradients that
     *     flow to it, or to a part of it, are in {@link #gradient}
     */
    public NDArray flat() {
        return flat;
    }

    /**
     * The number of parameters.
     *
     * @return P
     */
    public int count() {
        return (int) flat.size();
    }

    /**
     * The manager that owns the parameters. Make sub-managers of it for work on the same device.
     *
     * @return the manager
     */
    public NDManager manager() {
        return manager;
    }

    /**
     * The names of the parameters, in their order in the buffer.
     *
     * @return names such as {@code down.0.0.conv1.weight}
     */
    public List<String> names() {
        return slots.stream().map(Layout.Slot::name).toList();
    }

    /**
     * One parameter by name.
     *
     * @param name one of {@link #names()}
     * @return its values, as a view that is owned by this object; no gradient flows through it, but
     *     through a part of {@link #flat}
     * @throws IllegalArgumentException if there is no such parameter
     */
    public NDArray get(String name) {
        return get(slot(name));
    }

    /**
     * Where a parameter begins in the flat buffer.
     *
     * @param name one of {@link #names()}
     * @return the index of its first element
     * @throws IllegalArgumentException if there is no such parameter
     */
    public int offset(String name) {
        return slot(name).offset();
    }

    private Layout.Slot slot(String name) {
        return slots.stream()
                .filter(s -> s.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no parameter is called " + name));
    }

    /**
     * A copy of the gradient of every parameter, in the order of the flat buffer.
     *
     * @param target the manager that owns the result
     * @return float32 (P)
     */
    public NDArray gradient(NDManager target) {
        try (NDArray gradient = flat.getGradient()) {
            return Tensors.copy(target, gradient);
        }
    }

    /** Sets every gradient to zero. Backward passes add to the gradient that is there. */
    public void zeroGradients() {
        Torch.zeroGradient(flat);
    }

    /**
     * A copy with its own buffer on the same device.
     *
     * @return the copy; the caller closes it
     */
    public Weights copy() {
        return new Weights(manager.getParentManager(), slots, Tensors.floats(flat));
    }

    /**
     * Replaces the values of all parameters.
     *
     * @param values P numbers in the order of the flat buffer
     * @throws IllegalArgumentException if the number of values is not P
     */
    public void set(float[] values) {
        Tensors.write(flat, values);
    }

    @Override
    public void close() {
        manager.close();
    }
}
