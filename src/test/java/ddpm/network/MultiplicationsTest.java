package ddpm.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MultiplicationsTest {

    /** Each weight is used once for every pixel of the output; attention multiplies activations. */
    private static long counted(UNetConfig config) {
        Map<String, Shape> outputs = new HashMap<>();
        try (UNet network = UNet.create(config, 1, Device.cpu());
                NDManager manager = network.manager().newSubManager()) {
            int size = config.imageSize();
            NDArray x = manager.zeros(new Shape(1, config.imageChannels(), size, size));
            network.watched((part, out) -> outputs.put(part, out.getShape()))
                    .predict(x, new int[] {1});
        }
        long count = 0;
        for (var parameter : config.parameterShapes().entrySet()) {
            if (parameter.getKey().endsWith(".weight")) {
                Shape out = outputs.get(parameter.getKey().replace(".weight", ""));
                count += parameter.getValue().size() * (out == null ? 1 : out.size() / out.get(1));
            }
        }
        for (var part : outputs.entrySet()) {
            if (part.getKey().endsWith(".mix")) {
                Shape s = part.getValue();
                long positions = s.get(2) * s.get(3);
                count += 2 * positions * positions * s.get(1);
            }
        }
        return count;
    }

    @Test
    void theCountIsThatOfTheArraysThatPass() {
        for (UNetConfig config :
                List.of(
                        UNetConfig.MNIST,
                        UNetConfig.MNIST.withChannels(8, 1, 2),
                        UNetConfig.MNIST.withImages(16, 3))) {
            assertEquals(counted(config), config.multiplications(), config.toString());
        }
    }

    @Test
    void twiceTheChannelsAreAboutFourTimesTheWork() {
        double once = UNetConfig.MNIST.multiplications();
        double twice = UNetConfig.MNIST.withChannels(32, 1, 2, 4).multiplications();
        assertEquals(4, twice / once, 0.1);
    }
}
