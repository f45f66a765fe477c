package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.loss.DiffusionLoss;
import ddpm.network.UNet;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.StepSubset;
import ddpm.training.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PretrainedTest {

    private static Pretrained digits;

    @BeforeAll
    static void load() {
        digits = Pretrained.digits(Device.cpu());
    }

    @AfterAll
    static void close() {
        digits.close();
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Pretrained.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void itIsSmallAndItsCardNamesItsDigest() throws IOException {
        assertTrue(resource("digits.safetensors").length <= 10_000_000);
        Checkpoint file;
        try (InputStream in = Pretrained.class.getResourceAsStream("digits.safetensors")) {
            file = Checkpoint.load(in, "digits.safetensors");
        }
        String card = new String(resource("digits.md"), StandardCharsets.UTF_8);
        assertTrue(card.contains(file.digest().orElseThrow()), "another digest: " + file.digest());
        assertTrue(card.contains(String.format("%,d parameters", file.config().parameters())));
        assertEquals(Recipe.MNIST_SCHEDULE.toString(), file.notes().get("schedule"));
        assertEquals(Recipe.MNIST_PREDICTION.toString(), file.notes().get("prediction"));
    }

    /**
     * On test images that it has never seen, at three steps. A network that answers 0 has the loss
     * 1; a new one of the same shape is the plant.
     */
    @Test
    void itHasLearnedTheDigits() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                UNet untrained = UNet.create(digits.network().config(), 1, Device.cpu())) {
            NDArray x0 = Mnist.test().batch(manager, IntStream.range(0, 30).toArray());
            NDArray eps = Tensors.normal(manager, x0.getShape(), new SplittableRandom(1));
            int[] t = IntStream.range(0, 30).map(i -> 50 * (1 + i % 3)).toArray();
            var loss = DiffusionLoss.simple(digits.forward()).withPrediction(digits.prediction());
            assertTrue(loss.loss(digits.network(), x0, t, eps).getFloat() < 0.2);
            assertTrue(loss.loss(untrained, x0, t, eps).getFloat() > 0.5);
        }
    }

    @Test
    void theSameSeedDrawsTheSameImagesAndAnotherSeedOthers() {
        var sampler = new DdimSampler(digits.denoiser(), StepSubset.uniform(250, 4), 1);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray once = digits.sample(manager, 3, sampler, 5);
            NDArray again = digits.sample(manager, 3, sampler, 5);
            NDArray other = digits.sample(manager, 3, sampler, 6);
            assertEquals(new Shape(3, 1, 28, 28), once.getShape());
            assertArrayEquals(Tensors.floats(once), Tensors.floats(again));
            assertTrue(!Arrays.equals(Tensors.floats(once), Tensors.floats(other)));
        }
    }

    @Test
    void aLargeNumberComesInPortionsAndNoTwoImagesAreTheSame() {
        var sampler = new DdimSampler(digits.denoiser(), StepSubset.of(250), 0);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            NDArray drawn = digits.sample(manager, 103, sampler, 5);
            assertEquals(new Shape(103, 1, 28, 28), drawn.getShape());
            ImageSet images = ImageSet.of(drawn);
            assertEquals(
                    103,
                    IntStream.range(0, 103)
                            .mapToObj(i -> ImageSet.of(images.batch(manager, i)))
                            .distinct()
                            .count());
        }
    }

    @Test
    void noImagesAreRefused() {
        var sampler = new DdimSampler(digits.denoiser(), StepSubset.of(250), 0);
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            var e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> digits.sample(manager, 0, sampler, 1));
            assertEquals("count must be >= 1, got 0", e.getMessage());
        }
    }
}
