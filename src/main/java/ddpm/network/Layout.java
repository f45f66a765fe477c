package ddpm.network;

import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** The order, names, shapes and first values of a network's parameters in one flat buffer. */
final class Layout {

    /** One parameter: its place in the list, and its first element in the flat buffer. */
    record Slot(int index, String name, Shape shape, Init init, int offset) {
        int end() {
            return offset + (int) shape.size();
        }

        /** The layer that the parameter is of: its name without the last word. */
        String part() {
            return name.substring(0, name.lastIndexOf('.'));
        }
    }

    private final List<Slot> slots = new ArrayList<>();

    Slot add(String name, Init init, long... dimensions) {
        Slot slot = new Slot(slots.size(), name, new Shape(dimensions), init, size());
        long end = slot.offset() + slot.shape().size();
        Check.that(end < Integer.MAX_VALUE, "too many parameters: %d", end);
        slots.add(slot);
        return slot;
    }

    List<Slot> slots() {
        return List.copyOf(slots);
    }

    /** The names and shapes, in the order of the slots. */
    Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        slots.forEach(s -> shapes.put(s.name(), s.shape()));
        return Collections.unmodifiableMap(shapes);
    }

    int size() {
        return slots.isEmpty() ? 0 : slots.get(slots.size() - 1).end();
    }

    float[] initialValues(RandomGenerator random) {
        float[] flat = new float[size()];
        slots.forEach(s -> s.init().fill(flat, s.offset(), s.shape(), random));
        return flat;
    }
}
