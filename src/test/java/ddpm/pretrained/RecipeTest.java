package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.BadDataException;
import ddpm.data.ImageSet;
import ddpm.posterior.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeTest {

    private static final int PIXELS = 3 * 32 * 32;
    private static final int IMAGES = 10_000;

    @TempDir private Path folder;

    /** A whole file in the format of CIFAR-10: for each image a label, then 3072 bytes. */
    private void writeCifar10() throws IOException {
        byte[] records = new byte[IMAGES * (1 + PIXELS)];
        new Random(1).nextBytes(records);
        for (int i = 0; i < IMAGES; i++) {
            records[i * (1 + PIXELS)] = (byte) (i % 10);
        }
        Files.write(folder.resolve("data_batch_1.bin"), records);
    }

    @Test
    void theGpuRecipeIsThePapers() throws IOException { // Ho et al. (2020), Sec. 4 and App. B
        writeCifar10();
        Recipe recipe = Recipe.cifar10(folder);
        assertEquals(35_746_307, recipe.network().parameters());
        assertEquals(0.1, recipe.network().dropout());
        assertEquals(1000, recipe.schedule().steps());
        assertEquals(1e-4, recipe.schedule().beta(1), 1e-18);
        assertEquals(0.02, recipe.schedule().beta(1000), 1e-16);
        assertEquals(Prediction.EPSILON, recipe.prediction());
        assertEquals(128, recipe.batch());
        assertEquals(800_000, recipe.steps());
        assertEquals(0.9999, recipe.averageDecay());
    }

    @Test
    void itsLearningRateGrowsOverTheFirst5000StepsAndThenStays() throws IOException {
        writeCifar10();
        var rate = Recipe.cifar10(folder).learningRate();
        assertEquals(2e-4 / 5000, rate.at(1), 1e-18);
        assertEquals(1e-4, rate.at(2500), 1e-16);
        assertEquals(2e-4, rate.at(5000), 1e-16);
        assertEquals(2e-4, rate.at(800_000), 1e-16);
    }

    @Test
    void itTrainsOnImagesAndTheirMirrorImages() throws IOException {
        writeCifar10();
        ImageSet images = Recipe.cifar10(folder).images();
        assertEquals("20,000 images, 3 × 32 × 32, labelled", images.toString());
        int left = images.image(1).getRGB(4, 20);
        assertEquals(left, images.image(IMAGES + 1).getRGB(31 - 4, 20));
        assertNotEquals(left, images.image(1).getRGB(31 - 4, 20));
    }

    @Test
    void aMissingFolderIsNamed() {
        Path nowhere = folder.resolve("nowhere");
        var e = assertThrows(BadDataException.class, () -> Recipe.cifar10(nowhere));
        assertTrue(e.getMessage().contains("nowhere"), e.getMessage());
    }
}
