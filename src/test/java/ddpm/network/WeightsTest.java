package ddpm.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.reference.TinyModel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightsTest {

    private static final String NAME = "middle.0.conv1.weight";

    private UNet net;
    private Weights weights;
    private NDManager work;

    @BeforeEach
    void open() {
        net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
        weights = net.weights();
        work = net.manager().newSubManager();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private float[] part() {
        int from = weights.offset(NAME);
        float[] all = Tensors.floats(weights.flat());
        return Arrays.copyOfRange(all, from, from + (int) weights.get(NAME).size());
    }

    private void assertNoGradientFlows() {
        try (GradientCollector collector = Compute.engine().newGradientCollector()) {
            NDArray sum = weights.get(NAME).mul(work.full(new Shape(), 3f)).sum();
            assertThrows(EngineException.class, () -> collector.backward(sum));
        }
    }

    @Test
    void bufferAndViewsAreTheSameNumbers() {
        assertArrayEquals(part(), Tensors.floats(weights.get(NAME)));
        NoGradient.run(() -> weights.get(NAME).muli(work.full(new Shape(), 2f)));
        assertArrayEquals(part(), Tensors.floats(weights.get(NAME)));
        weights.set(new float[weights.count()]);
        assertArrayEquals(new float[part().length], Tensors.floats(weights.get(NAME)));
    }

    @Test
    void gradientsFlowThroughAPartOfTheBuffer() {
        try (GradientCollector collector = Compute.engine().newGradientCollector()) {
            NDArray three = work.full(new Shape(), 3f);
            collector.backward(weights.flat().get("5:9").mul(three).sum());
        }
        float[] want = new float[weights.count()];
        Arrays.fill(want, 5, 9, 3f);
        assertArrayEquals(want, Tensors.floats(weights.gradient(work)));
        weights.zeroGradients();
        assertEquals(0, Tensors.length(weights.gradient(work)));
    }

    @Test
    void aGradientThroughAViewIsAnErrorAndNotLost() {
        assertNoGradientFlows();
        weights.set(new float[weights.count()]);
        assertNoGradientFlows(); // after a change of the buffer, too
    }
}
