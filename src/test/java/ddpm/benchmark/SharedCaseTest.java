package ddpm.benchmark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.training.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedCaseTest {

    /** Two channels in a group: with one, the norm would take away what the time adds. */
    static final UNetConfig TINY =
            new UNetConfig(
                    8,
                    3,
                    4,
                    List.of(1, 2),
                    1,
                    new UNetConfig.Attention(Set.of(4), 2),
                    new UNetConfig.Norm(2, 1e-6),
                    0,
                    UNetConfig.Padding.END);

    private static final int BATCH = 5;
    private static final Shape SHAPE = new Shape(BATCH, 3, 8, 8);

    @TempDir private Path folder;

    private float[] numbers(String name) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve(name + ".f32"));
        float[] values = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    private UNet network(String name) {
        return Checkpoint.load(folder.resolve(name + ".safetensors")).network(Device.cpu());
    }

    private static float[] values(UNet network) {
        return Tensors.floats(network.weights().flat());
    }

    @Test
    void theOutputIsThatOfTheSavedNetworkAndTheLossIsItsSquaredError() throws IOException {
        JsonObject report = SharedCase.write(TINY, BATCH, folder);
        int[] t = new int[BATCH];
        float[] steps = numbers("t");
        for (int i = 0; i < t.length; i++) {
            t[i] = (int) steps[i];
        }
        float[] eps = numbers("eps");
        float[] output = numbers("output");
        try (UNet network = network("weights");
                NDManager manager = network.manager().newSubManager()) {
            NDArray x0 = Tensors.of(manager, numbers("x0"), SHAPE);
            NDArray noise = Tensors.of(manager, eps, SHAPE);
            NDArray xt = Workload.FORWARD.sample(x0, t, noise);
            NDArray again = NoGradient.get(() -> network.predict(xt, t));
            assertArrayEquals(output, Tensors.floats(again), 1e-6f);
        }
        double sum = 0;
        for (int i = 0; i < eps.length; i++) {
            sum += Math.pow((double) eps[i] - output[i], 2);
        }
        double loss = report.get("loss").getAsDouble();
        assertEquals(sum / eps.length, loss, 1e-5 * loss);
        assertEquals(TINY.parameters(), report.get("parameters").getAsInt());
    }

    @Test
    void theStepMovesNearlyAllParametersAndNoneByMoreThanAdamCan() throws IOException {
        SharedCase.write(TINY, BATCH, folder);
        try (UNet alone = network("weights");
                UNet before = network("before");
                UNet after = network("after")) {
            float[] old = values(before);
            assertArrayEquals(old, values(alone));
            float[] moved = values(after);
            double most = 0;
            int still = 0;
            for (int i = 0; i < old.length; i++) {
                most = Math.max(most, Math.abs(moved[i] - old[i]));
                still += moved[i] == old[i] ? 1 : 0;
            }
            // At step 4, with 0.9 and 0.999, |m̂| / √v̂ is below 1.01 for any gradients (Cauchy).
            assertTrue(1e-4 < most && most < 1.01 * 2e-4, "the largest change is " + most);
            assertTrue(still < old.length / 20, still + " parameters of " + old.length);
            assertEquals(3, Checkpoint.load(folder.resolve("before.safetensors")).step());
            assertEquals(4, Checkpoint.load(folder.resolve("after.safetensors")).step());
        }
    }

    @Test
    void anotherEpsilonInTheNormsIsSeenInTheOutput() throws IOException {
        SharedCase.write(TINY, BATCH, folder);
        UNetConfig other =
                new UNetConfig(
                        8,
                        3,
                        4,
                        TINY.multipliers(),
                        1,
                        TINY.attention(),
                        new UNetConfig.Norm(2, 1e-5),
                        0,
                        UNetConfig.Padding.END);
        double largest = 0;
        try (UNet saved = network("weights");
                UNet wrong = UNet.create(other, 1, Device.cpu());
                NDManager manager = saved.manager().newSubManager()) {
            wrong.weights().set(values(saved));
            NDArray x = Tensors.of(manager, numbers("eps"), SHAPE);
            int[] t = {1, 250, 500, 750, 1000};
            float[] a = NoGradient.get(() -> Tensors.floats(saved.predict(x, t)));
            float[] b = NoGradient.get(() -> Tensors.floats(wrong.predict(x, t)));
            for (int i = 0; i < a.length; i++) {
                largest = Math.max(largest, Math.abs(a[i] - b[i]));
            }
        }
        assertTrue(largest > 1e-3, "the largest difference is " + largest); // the limit is 1e-4
    }

    @Test
    void noParameterIsZeroAndTheOutputIsNot() throws IOException {
        SharedCase.write(TINY, BATCH, folder);
        try (UNet network = network("weights")) {
            for (float value : values(network)) {
                assertTrue(value != 0);
            }
        }
        double largest = 0;
        for (float value : numbers("output")) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 0.1, "the largest output is " + largest);
    }

    @ParameterizedTest
    @CsvSource({"small, 686769", "wide, 4435393", "colour, 2245763"})
    void eachNetworkHasItsSize(String name, int parameters) {
        assertEquals(parameters, SharedCase.network(name).parameters());
    }

    @Test
    void anotherNetworkIsNamed() {
        String[] words = {"huge", folder.toString()};
        var e = assertThrows(IllegalArgumentException.class, () -> SharedCase.main(words));
        assertEquals("the network must be small, wide or colour, got huge", e.getMessage());
    }

    @Test
    void missingWordsAreNamed() {
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SharedCase.main(new String[] {"small"}));
        assertEquals("need the network and the folder to write to, got 1 words", e.getMessage());
    }
}
