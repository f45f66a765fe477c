package ddpm.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.reference.TinyModel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PartListenerTest {

    private UNet net;
    private NDManager work;
    private final Map<String, float[]> outputs = new LinkedHashMap<>();
    private final Map<String, Shape> shapes = new LinkedHashMap<>();
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void open() {
        net = UNet.create(TinyModel.CONFIG, 3, Device.cpu());
        SplittableRandom random = new SplittableRandom(4);
        float[] values = net.weights().flat().toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.1 * random.nextGaussian());
        }
        net.weights().set(values);
        work = net.manager().newSubManager();
    }

    @AfterEach
    void close() {
        work.close();
        net.close();
    }

    private NDArray predict(PartListener listener) {
        NDArray x = Tensors.normal(work, new Shape(2, 1, 4, 4), new SplittableRandom(5));
        return NoGradient.get(() -> net.watched(listener).predict(x, new int[] {1, 7}));
    }

    private void keep(String part, NDArray output) {
        told.add(part);
        shapes.put(part, output.getShape());
        outputs.put(part, output.toFloatArray());
    }

    @Test
    void everyLayerIsToldOnce() {
        predict(this::keep);
        Set<String> layers = new HashSet<>();
        for (String name : net.weights().names()) {
            layers.add(name.substring(0, name.lastIndexOf('.')));
        }
        assertTrue(told.containsAll(layers), told.toString());
        assertEquals(told.size(), new HashSet<>(told).size(), told.toString());
        layers.addAll(Set.of("time", "middle.0.attention", "middle.0.attention.mix"));
        layers.addAll(Set.of("down.0.0", "down.1.0", "middle.0", "middle.1"));
        layers.addAll(Set.of("down.1.0.attention", "down.1.0.attention.mix"));
        for (String block : List.of("up.0.0", "up.0.1", "up.1.0", "up.1.1")) {
            layers.add(block);
        }
        for (String block : List.of("up.1.0", "up.1.1")) { // 2 × 2 pixels, where it attends
            layers.addAll(Set.of(block + ".attention", block + ".attention.mix"));
        }
        assertEquals(layers, new HashSet<>(told));
    }

    @Test
    void thePartsAreToldInTheOrderInWhichTheyRun() {
        predict(this::keep);
        List<String> first = List.of("time.1", "time.2", "time", "first", "down.0.0.norm1");
        assertEquals(first, told.subList(0, 5));
        List<String> end = List.of("middle.0.attention.out", "middle.0.attention");
        int at = told.indexOf(end.get(0));
        assertEquals(end, told.subList(at, at + 2));
        assertEquals(List.of("last.norm", "last"), told.subList(told.size() - 2, told.size()));
    }

    @Test
    void watchingChangesNothing() {
        float[] watched = predict(this::keep).toFloatArray();
        float[] plain = predict((part, output) -> {}).toFloatArray();
        NDArray x = Tensors.normal(work, new Shape(2, 1, 4, 4), new SplittableRandom(5));
        float[] unwatched = NoGradient.get(() -> net.predict(x, new int[] {1, 7})).toFloatArray();
        assertArrayEquals(unwatched, watched);
        assertArrayEquals(unwatched, plain);
        assertArrayEquals(unwatched, outputs.get("last"));
    }

    @Test
    void theOutputsAreThoseOfTheParts() {
        predict(this::keep);
        assertEquals(new Shape(2, 16), shapes.get("time"));
        assertEquals(new Shape(2, 4, 4, 4), shapes.get("down.0.0"));
        assertEquals(new Shape(2, 8, 2, 2), shapes.get("middle.0"));
        assertEquals(new Shape(2, 24, 2, 2), shapes.get("middle.0.attention.qkv"));
        assertEquals(new Shape(2, 8, 2, 2), shapes.get("middle.0.attention.mix"));
        assertBlockAddsItsInput("middle.0.attention", "middle.0", "middle.0.attention.out");
        assertBlockAddsItsInput("down.0.0", "first", "down.0.0.conv2");
    }

    /** The listener sees each sum before it is changed. */
    private void assertBlockAddsItsInput(String block, String input, String last) {
        float[] sum = outputs.get(block);
        for (int i = 0; i < sum.length; i++) {
            assertEquals(outputs.get(input)[i] + outputs.get(last)[i], sum[i], 1e-6);
        }
    }
}
