package ddpm.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.training.Checkpoint;
import ddpm.training.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DigitClassifierTest {

    private static byte[] shipped() throws IOException {
        try (InputStream in = DigitClassifier.class.getResourceAsStream(DigitClassifier.RESOURCE)) {
            return in.readAllBytes();
        }
    }

    @Test
    void itReads992Of1000TestImages() {
        try (DigitClassifier classifier = DigitClassifier.shipped(Device.cpu())) {
            double accuracy = classifier.accuracy(Mnist.test());
            assertTrue(accuracy >= 0.992, "accuracy " + accuracy);
        }
    }

    @Test
    void itsCardSaysWhatItIs() throws IOException {
        try (InputStream in = DigitClassifier.class.getResourceAsStream("digit-classifier.md");
                InputStream file =
                        DigitClassifier.class.getResourceAsStream(DigitClassifier.RESOURCE)) {
            String card = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Checkpoint checkpoint =
                    Checkpoint.load(file, DigitClassifier.RESOURCE, DigitClassifier.CONFIG);
            assertTrue(card.contains(checkpoint.digest().orElseThrow()), card);
            assertTrue(card.contains("Seed " + TrainClassifier.SEED + "."), card);
            String steps = String.format(Locale.ROOT, "%,d steps", TrainClassifier.STEPS);
            assertTrue(card.contains(steps + " of " + TrainClassifier.BATCH + " images"), card);
            assertEquals(
                    TrainClassifier.STEPS + " of " + TrainClassifier.BATCH + " images",
                    checkpoint.notes().get("steps"));
        }
    }

    @Test
    void theBatchesMakeNoDifference() {
        ImageSet images = Mnist.test().take(510); // more than are read at a time
        try (DigitClassifier classifier = DigitClassifier.shipped(Device.cpu())) {
            Reading all = classifier.read(images);
            Reading last = classifier.read(images.subset(509));
            assertEquals(510, all.count());
            assertEquals(64, all.features().dimensions());
            for (int k = 0; k < 64; k++) {
                assertEquals(last.features().get(0, k), all.features().get(509, k), 1e-4);
            }
            double sum = IntStream.range(0, 10).mapToDouble(k -> all.probability(3, k)).sum();
            assertEquals(1, sum, 1e-6);
        }
    }

    @Test
    void anotherFileIsRefused() throws IOException {
        byte[] damaged = shipped();
        damaged[damaged.length / 2] ^= 4;
        assertRefused("does not have the SHA-256", damaged);
        String text = new String(shipped(), StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\"ddpm.sha256\""); // no digest at all: another program's file
        byte[] renamed =
                (text.substring(0, at) + "\"none.sha256\"" + text.substring(at + 13))
                        .getBytes(StandardCharsets.ISO_8859_1);
        assertRefused("ddpm.sha256 is missing", renamed);
    }

    private static void assertRefused(String part, byte[] file) {
        var in = new ByteArrayInputStream(file);
        var e =
                assertThrows(
                        CheckpointException.class, () -> DigitClassifier.load(in, Device.cpu()));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
