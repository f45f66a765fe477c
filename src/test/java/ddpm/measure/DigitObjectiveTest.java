package ddpm.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.network.ConvNet;
import ddpm.network.ConvNetConfig;
import ddpm.network.UNetConfig;
import ddpm.training.Checkpoint;
import ddpm.training.Draws;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitObjectiveTest {

    private static final ImageSet DIGITS = Mnist.train().take(200);

    private final ConvNet net =
            ConvNet.create(
                    new ConvNetConfig(28, 1, List.of(2, 2), 4, 10, new UNetConfig.Norm(1, 1e-5), 0),
                    1,
                    Device.cpu());

    @AfterEach
    void close() {
        net.close();
    }

    @Test
    void theLossIsTheMeanCodeLengthOfTheLabels() {
        var still = new DigitObjective(DIGITS, net, 0);
        NDArray batch = Tensors.of(net.manager(), new float[] {5, 0, 17}, new Shape(3));
        double want = 0;
        for (int i : new int[] {5, 0, 17}) {
            double[] z = Tensors.doubles(net.logits(net.features(DIGITS.batch(net.manager(), i))));
            double sum = 0;
            for (double logit : z) {
                sum += Math.exp(logit);
            }
            want -= (z[DIGITS.label(i)] - Math.log(sum)) / 3;
        }
        assertEquals(want, still.loss(batch, new Draws(1, 1)).getFloat(), 1e-5);
    }

    @Test
    void eachImageIsShiftedByItsOwnDraw() {
        var objective = new DigitObjective(DIGITS, net, 2);
        float[] one = new float[500 * 64];
        java.util.Arrays.fill(one, -1);
        for (int i = 0; i < 500; i++) {
            one[i * 64 + 3 * 8 + 4] = 1; // a white pixel at row 3, column 4 of 8
        }
        NDArray x = Tensors.of(net.manager(), one, new Shape(500, 1, 8, 8));
        float[] moved = Tensors.floats(objective.shifted(x, new SplittableRandom(3)));
        Set<Integer> places = new HashSet<>();
        double sum = 0;
        for (int k = 0; k < moved.length; k++) {
            sum += moved[k];
            if (moved[k] == 1) {
                places.add(k % 64);
            }
        }
        assertEquals(500 * (1 - 63), sum, 0); // none is lost, and what comes in is black
        assertEquals(25, places.size()); // all shifts; one is missed once in 30 million seeds
        assertTrue(places.contains(1 * 8 + 2) && places.contains(5 * 8 + 6), places.toString());
    }

    @Test
    void anImageIsMovedAsAWhole() {
        var objective = new DigitObjective(DIGITS, net, 2);
        NDArray x = DIGITS.batch(net.manager(), 0);
        float[] from = Tensors.floats(x);
        SplittableRandom random = new SplittableRandom(4);
        float[] to = Tensors.floats(objective.shifted(x, random));
        SplittableRandom again = new SplittableRandom(4);
        int down = again.nextInt(-2, 3);
        int right = again.nextInt(-2, 3);
        for (int k = 0; k < to.length; k++) {
            int row = k / 28 - down;
            int column = k % 28 - right;
            boolean inside = 0 <= Math.min(row, column) && Math.max(row, column) < 28;
            assertEquals(inside ? from[row * 28 + column] : -1, to[k], 0);
        }
    }

    @Test
    void thePassesGoThroughAllImages() {
        Set<Float> seen = new HashSet<>();
        for (int step = 1; step <= 4; step++) {
            NDArray batch = DigitObjective.numbers(200, 50, 1).at(net.manager(), step);
            for (float number : Tensors.floats(batch)) {
                seen.add(number);
            }
        }
        assertEquals(200, seen.size());
    }

    @Test
    void theCommandLearnsAndSaves(@TempDir Path folder) {
        var said = new ByteArrayOutputStream();
        Path file = folder.resolve("classifier.safetensors");
        TrainClassifier.train(
                file, DIGITS, DIGITS, 40, new PrintStream(said, true, StandardCharsets.UTF_8));
        String text = said.toString(StandardCharsets.UTF_8);
        double percent = Double.parseDouble(text.substring(0, text.indexOf(' ')));
        assertTrue(percent > 60, text); // guessing gives 10
        Checkpoint checkpoint = Checkpoint.load(file, DigitClassifier.CONFIG);
        assertEquals("40 of 128 images", checkpoint.notes().get("steps"));
        assertTrue(text.contains(checkpoint.digest().orElseThrow()), text);
        try (ConvNet other = ConvNet.create(DigitClassifier.CONFIG, 9, Device.cpu())) {
            checkpoint.copyTo(other.weights());
            assertEquals(percent / 100, new DigitClassifier(other).accuracy(DIGITS), 1e-4);
        }
        assertArrayEquals(
                new String[] {"command", "data", "seed", "steps"},
                checkpoint.notes().keySet().toArray());
    }
}
