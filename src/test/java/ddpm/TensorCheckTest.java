package ddpm;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ddpm.network.UNet;
import ddpm.reference.TinyModel;
import ddpm.sampling.AncestralSampler;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What the engine would say in its own words is said here, with what to change. */
class TensorCheckTest {

    private static final Shape SHAPE = new Shape(2, 1, 4, 4);

    private static void refused(String words, Executable call) {
        String message = assertThrows(IllegalArgumentException.class, call).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void aClosedOrWideTensorIsRefusedAtTheDoor() {
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                NDManager manager = net.manager().newSubManager()) {
            NDArray x = manager.zeros(SHAPE);
            NDArray closed = manager.zeros(SHAPE);
            closed.close();
            var sampler = new AncestralSampler(TinyModel.FORWARD);
            var random = new SplittableRandom(1);
            refused("x0 is closed", () -> TinyModel.FORWARD.sample(closed, 1, x));
            refused("eps is closed", () -> TinyModel.FORWARD.sample(x, 1, closed));
            refused("xT is closed", () -> sampler.sample(net, closed, random));
            refused("images is closed", () -> net.predict(closed, new int[] {1, 1}));
            NDArray wide = manager.zeros(SHAPE, DataType.FLOAT64);
            String words = "must be float32, got float64; convert it by toType";
            refused(words, () -> net.predict(wide, new int[] {1, 1}));
            refused(words, () -> TinyModel.FORWARD.sample(wide, 1, wide));
        }
    }
}
