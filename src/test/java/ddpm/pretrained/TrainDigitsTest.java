package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ddpm.Tensors;
import ddpm.data.Mnist;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.schedule.LinearSchedule;
import ddpm.training.Checkpoint;
import ddpm.training.LearningRate;
import ddpm.training.Optimizers;
import ddpm.training.TrainingStopped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainDigitsTest {

    @TempDir private Path folder;

    static Recipe tiny(int steps) {
        return tiny(steps, Optimizers.MUON);
    }

    private static Recipe tiny(int steps, Optimizers optimizer) {
        return new Recipe(
                Mnist.test().take(64),
                UNetConfig.MNIST.withChannels(4, 1, 1, 1),
                new LinearSchedule(10, 0.05, 0.15),
                Prediction.V,
                4,
                steps,
                LearningRate.constant(1e-3),
                0.9,
                optimizer);
    }

    @Test
    void aStoppedTrainingEndsLikeOneThatWasNot() throws IOException {
        Path straight = folder.resolve("straight.safetensors");
        TrainDigits.train(straight, tiny(6), step -> {});

        Path stopped = folder.resolve("stopped.safetensors");
        assertThrows(
                TrainingStopped.class,
                () ->
                        TrainDigits.train(
                                stopped,
                                tiny(6),
                                step -> {
                                    if (step.number() == 3) {
                                        Thread.currentThread().interrupt();
                                    }
                                }));
        assertTrue(Files.notExists(stopped), "there is a result before the end");
        long[] first = new long[1];
        TrainDigits.train(
                stopped, tiny(6), step -> first[0] = first[0] == 0 ? step.number() : first[0]);
        assertEquals(4, first[0]);
        assertArrayEquals(Files.readAllBytes(straight), Files.readAllBytes(stopped));
    }

    @Test
    void theFileHoldsTheAveragedWeightsAlone() {
        Path file = folder.resolve("digits.safetensors");
        TrainDigits.train(file, tiny(3), step -> {});
        Checkpoint result = Checkpoint.load(file);
        assertTrue(result.digest().isPresent());
        assertTrue(result.averagedNetwork(Device.cpu()).isEmpty());
        assertEquals(
                "LinearSchedule[steps=10, betaFirst=0.05, betaLast=0.15]",
                result.notes().get("schedule"));
        assertEquals("3", result.notes().get("steps"));
    }

    @Test
    void aRecipesOptimiserTrainsAndIsNamed() {
        Set<Integer> weights = new HashSet<>();
        for (Optimizers optimizer : Optimizers.values()) {
            Path file = folder.resolve(optimizer.name());
            TrainDigits.train(file, tiny(2, optimizer), step -> {});
            Checkpoint result = Checkpoint.load(file);
            assertEquals(optimizer.toString(), result.notes().get("optimizer"));
            try (UNet net = result.network(Device.cpu())) {
                weights.add(Arrays.hashCode(Tensors.floats(net.weights().flat())));
            }
        }
        assertEquals(Optimizers.values().length, weights.size());
    }

    @Test
    void minutesThatAreNoNumberAreNamed() {
        String[] words = {folder.resolve("digits.safetensors").toString(), "ten"};
        var e = assertThrows(IllegalArgumentException.class, () -> TrainDigits.main(words));
        assertEquals("the minutes must be a number, got ten", e.getMessage());
    }

    @Test
    void withoutAFileItSaysWhatItNeeds() {
        var e =
                assertThrows(
                        IllegalArgumentException.class, () -> TrainDigits.main(new String[] {}));
        assertEquals("need the file to write, got 0 words", e.getMessage());
    }
}
