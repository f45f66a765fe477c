package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.Idx;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.training.LearningRate;
import ddpm.training.Optimizers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrawDigitsTest {

    @TempDir private Path folder;

    /** The weights of a tiny network after one step, with the notes of its recipe. */
    private Path weights(NoiseSchedule schedule) {
        Path file = folder.resolve("weights.safetensors");
        var recipe =
                new Recipe(
                        Mnist.test().take(8),
                        UNetConfig.MNIST.withChannels(4, 1, 1, 1),
                        schedule,
                        Prediction.V,
                        4,
                        1,
                        LearningRate.constant(1e-3),
                        0.9,
                        Optimizers.MUON);
        TrainDigits.train(file, recipe, step -> {});
        return file;
    }

    private static ImageSet draw(Path weights, Path file, String... seed) {
        String[] words = new String[3 + seed.length];
        words[0] = weights.toString();
        words[1] = "3";
        words[2] = file.toString();
        System.arraycopy(seed, 0, words, 3, seed.length);
        DrawDigits.main(words);
        return Idx.load(file);
    }

    @Test
    void theImagesAreReadAsTheyWereDrawnAndTheSeedChoosesThem() {
        Path weights = weights(Recipe.MNIST_SCHEDULE);
        ImageSet once = draw(weights, folder.resolve("once.idx"));
        assertEquals("3 images, 1 × 28 × 28, no labels", once.toString());
        assertEquals(once, draw(weights, folder.resolve("again.idx"), "5"));
        assertNotEquals(once, draw(weights, folder.resolve("other.idx"), "6"));
    }

    @Test
    void weightsOfAnotherRecipeAreRefused() {
        Path weights = weights(new LinearSchedule(10, 0.05, 0.15));
        var e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> draw(weights, folder.resolve("drawn.idx")));
        assertTrue(e.getMessage().startsWith("the schedule of these weights is Linear"));
        assertTrue(Files.notExists(folder.resolve("drawn.idx")));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 'the number of images must be in [1, 1000000], got 0'",
        "ten, 'the number of images must be an integer, got ten'"
    })
    void aBadNumberIsNamed(String count, String message) {
        String[] words = {"weights", count, "drawn.idx"};
        var e = assertThrows(IllegalArgumentException.class, () -> DrawDigits.main(words));
        assertEquals(message, e.getMessage());
    }

    @Test
    void missingWordsAreNamed() {
        String[] words = {"weights"};
        var e = assertThrows(IllegalArgumentException.class, () -> DrawDigits.main(words));
        assertEquals(
                "need the weights, the number of images and the file to write, got 1 words",
                e.getMessage());
    }
}
