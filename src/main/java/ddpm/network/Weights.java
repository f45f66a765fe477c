package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import java.util.List;

/**
 * All parameters of a network in one flat buffer. Each parameter is a view of it, so that an
 * optimiser or a moving average works on a single array.
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
        this.views = new NDArray[slots.size()];
        for (Layout.Slot s : slots) {
            try (NDArray part = flat.get(new NDIndex().addSliceDim(s.offset(), s.end()))) {
                views[s.index()] = part.reshape(s.shape());
            }
            views[s.index()].setRequiresGradient(true);
        }
    }

    NDArray get(Layout.Slot slot) {
        return views[slot.index()];
    }

    /**
     * All parameters, one after the other.
     *
     * @return float32 (P); owned by this object, a change is seen by the network
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
     * @return the view, owned by this object
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
     * The gradient of every parameter, in the order of the flat buffer.
     *
     * @param target the manager that owns the result
     * @return float32 (P)
     */
    public NDArray gradient(NDManager target) {
        try (NDManager work = target.newSubManager()) {
            NDList parts = new NDList(views.length);
            for (NDArray view : views) {
                NDArray gradient = view.getGradient();
                gradient.attach(work);
                parts.add(gradient.reshape(new Shape(-1)));
            }
            NDArray all = NDArrays.concat(parts, 0);
            all.attach(target);
            return all;
        }
    }

    /** Sets every gradient to zero. Backward passes add to the gradient that is there. */
    public void zeroGradients() {
        Torch.zeroGradients(views);
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
