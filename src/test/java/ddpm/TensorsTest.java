package ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.network.Compute;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TensorsTest {

    @Test
    void theLengthOfALongTensorIsRightToSixDigits() {
        try (NDManager manager = Compute.manager(Device.cpu());
                NDArray tensor =
                        Tensors.normal(manager, new Shape(4_000_000), new SplittableRandom(1))) {
            double squares = 0;
            for (double g : Tensors.doubles(tensor)) {
                squares += g * g;
            }
            double length = Math.sqrt(squares);
            assertEquals(length, Tensors.length(tensor), 1e-6 * length);
        }
    }
}
