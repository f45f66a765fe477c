package ddpm.training;

import static ddpm.training.TrainerTest.DATA;
import static ddpm.training.TrainerTest.TINY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.reference.CheckpointProbe;
import ddpm.reference.Child;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {

    @TempDir private Path folder;
    private Path path;

    @BeforeEach
    void name() {
        path = folder.resolve("tiny.safetensors");
    }

    /** Trains 9 steps, saves, and returns the weights and their average after 20. */
    private List<float[]> straight() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9);
                CheckpointFile file = CheckpointFile.open(path)) {
            Trainer trainer = TrainerTest.trainer(net, 2e-3, Optional.of(average));
            trainer.run(9, DATA, p -> {});
            file.save(net, trainer, Map.of("data seed", "7 \"ε\""));
            trainer.run(11, DATA, p -> {});
            return floats(net, average);
        }
    }

    private static List<float[]> floats(UNet net, MovingAverage average) {
        return List.of(
                net.weights().flat().toFloatArray(), average.weights().flat().toFloatArray());
    }

    @Test
    void aResumedTrainingEndsAtTheBitsOfTheStraightOne() {
        List<float[]> want = straight();
        try (UNet net = UNet.create(TINY, 99, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9)) {
            Trainer trainer = TrainerTest.trainer(net, 2e-3, Optional.of(average));
            Checkpoint.load(path).resume(trainer);
            assertEquals(9, trainer.step());
            trainer.run(11, DATA, p -> {});
            List<float[]> got = floats(net, average);
            assertArrayEquals(want.get(0), got.get(0));
            assertArrayEquals(want.get(1), got.get(1));
        }
    }

    @Test
    void anotherProcessGoesOnAndWritesTheSameFile() throws Exception {
        Path other = folder.resolve("other.safetensors");
        CheckpointProbe.train(path, 20, 20);
        CheckpointProbe.train(other, 8, 8);
        Process process = CheckpointProbe.start(other, 20, 20);
        String said = Child.output(process);
        assertEquals(0, process.waitFor(), said);
        assertTrue(said.startsWith("at step 8"), said);
        assertEquals(-1, Files.mismatch(path, other));
    }

    @Test
    void theFileSaysWhatItIs() {
        straight();
        Checkpoint got = Checkpoint.load(path);
        assertEquals(TINY, got.config());
        assertEquals(9, got.step());
        assertEquals(Map.of("data seed", "7 \"ε\""), got.notes());
        assertEquals(64, got.digest().orElseThrow().length());
        assertTrue(got.toString().startsWith("checkpoint after step 9, "), got.toString());
        try (UNet last = got.network(Device.cpu());
                UNet average = got.averagedNetwork(Device.cpu()).orElseThrow()) {
            assertEquals(TINY, last.config());
            assertFalse(last.weights().flat().contentEquals(average.weights().flat()));
        }
    }

    @Test
    void weightsOfAnotherProgramLoadAndSayThatTheyHaveNoDigest() throws IOException {
        try (UNet net = UNet.create(TINY, 3, Device.cpu())) {
            float[] weights = net.weights().flat().toFloatArray();
            writePlain(weights);
            assertRefused("it names no network", () -> Checkpoint.load(path));
            Checkpoint plain = Checkpoint.load(path, TINY);
            assertEquals(Optional.empty(), plain.digest());
            assertTrue(plain.toString().contains("no digest"), plain.toString());
            try (UNet loaded = plain.network(Device.cpu())) {
                assertArrayEquals(weights, loaded.weights().flat().toFloatArray());
            }
            assertEquals(Optional.empty(), plain.averagedNetwork(Device.cpu()));
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            var e = assertThrows(IllegalArgumentException.class, () -> plain.resume(trainer));
            assertTrue(e.getMessage().contains("weights alone"), e.getMessage());
            assertRefused("has shape", () -> Checkpoint.load(path, TINY.withChannels(8, 1, 2)));
        }
    }

    @Test
    void aStreamGivesWhatTheFileGives() throws IOException {
        straight();
        byte[] whole = Files.readAllBytes(path);
        Checkpoint file = Checkpoint.load(path);
        Checkpoint stream = Checkpoint.load(new ByteArrayInputStream(whole), "tiny");
        assertEquals(file.digest(), stream.digest());
        assertEquals(file.step(), stream.step());
        try (UNet a = file.averagedNetwork(Device.cpu()).orElseThrow();
                UNet b = stream.averagedNetwork(Device.cpu()).orElseThrow()) {
            assertArrayEquals(a.weights().flat().toFloatArray(), b.weights().flat().toFloatArray());
        }
        whole[whole.length - 1] ^= 1;
        var bad = new ByteArrayInputStream(whole);
        assertRefused("tiny: its content does not have", () -> Checkpoint.load(bad, "tiny"));
        InputStream none = CheckpointTest.class.getResourceAsStream("none");
        assertRefused("none: there is no such resource", () -> Checkpoint.load(none, "none"));
    }

    @Test
    void weightsAloneComeBackWithTheirNotes() {
        float[] weights;
        try (UNet net = UNet.create(TINY, 3, Device.cpu());
                CheckpointFile file = CheckpointFile.open(path)) {
            file.save(TINY, net.weights(), Map.of("seed", "3"));
            weights = net.weights().flat().toFloatArray();
            UNetConfig wide = TINY.withChannels(8, 1, 2, 2);
            var e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> file.save(wide, net.weights(), Map.of()));
            assertTrue(e.getMessage().contains("of another network"), e.getMessage());
        }
        Checkpoint got = Checkpoint.load(path);
        assertEquals(Map.of("seed", "3"), got.notes());
        assertEquals(0, got.step());
        assertTrue(got.digest().isPresent());
        assertEquals(Optional.empty(), got.averagedNetwork(Device.cpu()));
        try (UNet other = UNet.create(TINY, 99, Device.cpu());
                UNet wide = UNet.create(TINY.withChannels(8, 1, 2), 1, Device.cpu())) {
            got.copyTo(other.weights());
            assertArrayEquals(weights, other.weights().flat().toFloatArray());
            assertThrows(IllegalArgumentException.class, () -> got.copyTo(wide.weights()));
            Trainer trainer = TrainerTest.trainer(other, 1e-3, Optional.empty());
            assertMessage("weights alone", got, trainer);
        }
        UNetConfig other = TINY.withImages(8, 1);
        assertRefused("it is of another network", () -> Checkpoint.load(path, other));
    }

    private void writePlain(float[] weights) throws IOException {
        Map<String, List<Long>> shapes = Names.of(TINY).parameters();
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));
        String text = TensorHeader.of(metadata, shapes).text();
        try (FileOutputStream out = new FileOutputStream(path.toFile())) {
            SpoiltTensors.writeFile(
                    out, text.getBytes(StandardCharsets.UTF_8), SpoiltTensors.bytes(weights));
        }
    }

    @Test
    void aDamagedFileOfAnotherProgramIsRefused() throws IOException {
        try (UNet net = UNet.create(TINY, 3, Device.cpu())) {
            writePlain(net.weights().flat().toFloatArray());
        }
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Arrays.copyOf(whole, whole.length - 1));
        assertRefused("bytes of numbers, and there are", () -> Checkpoint.load(path, TINY));
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        String half = text.replaceFirst("\"F32\"", "\"F16\"");
        Files.write(path, half.getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("has type F16; only F32", () -> Checkpoint.load(path, TINY));
        String renamed = text.replaceFirst("time.1.weight", "time.1.height");
        Files.write(path, renamed.getBytes(StandardCharsets.ISO_8859_1));
        assertRefused("time.1.weight is missing", () -> Checkpoint.load(path, TINY));
    }

    @Test
    void pythonReadsItWithoutALibrary() throws Exception {
        CheckpointProbe.train(path, 3, 3);
        String values;
        try (UNet average = Checkpoint.load(path).averagedNetwork(Device.cpu()).orElseThrow()) {
            float[] floats = average.weights().get("time.1.weight").toFloatArray();
            values =
                    IntStream.range(0, 3)
                            .mapToObj(i -> String.format("%08x", Float.floatToIntBits(floats[i])))
                            .collect(Collectors.joining(" "));
        }
        assertEquals(
                List.of(
                        "digest True",
                        "aligned True",
                        "step 3 seed 5",
                        "levels 2",
                        "complete True",
                        "time.1 " + values),
                linesOfPython());
    }

    @Test
    void weightsThatPythonWroteLoadAndSayThatTheyHaveNoDigest() throws Exception {
        CheckpointProbe.train(path, 3, 3);
        Path weights = folder.resolve("python.safetensors");
        linesOfPython(weights.toString());
        Checkpoint plain = Checkpoint.load(weights, TINY);
        assertEquals(Optional.empty(), plain.digest());
        assertTrue(plain.toString().contains("no digest"), plain.toString());
        try (UNet want = Checkpoint.load(path).averagedNetwork(Device.cpu()).orElseThrow();
                UNet got = plain.network(Device.cpu())) {
            assertArrayEquals(
                    want.weights().flat().toFloatArray(), got.weights().flat().toFloatArray());
        }
    }

    private List<String> linesOfPython(String... more) throws Exception {
        String script = "src/test/resources/ddpm/read_checkpoint.py";
        var builder = new ProcessBuilder("python3", script, path.toString());
        builder.command().addAll(List.of(more));
        Process python;
        try {
            python = builder.redirectErrorStream(true).start();
        } catch (IOException e) {
            assumeTrue(false, "there is no python3: " + e.getMessage());
            return List.of();
        }
        return Child.output(python).lines().toList();
    }

    @Test
    void anotherTrainerIsRefusedAndStaysAsItWas() {
        straight();
        Checkpoint checkpoint = Checkpoint.load(path);
        try (UNet net = UNet.create(TINY, 4, Device.cpu());
                UNet larger = UNet.create(TINY.withChannels(8, 1, 2), 4, Device.cpu());
                MovingAverage slower = new MovingAverage(net.weights(), 0.99)) {
            float[] before = net.weights().flat().toFloatArray();
            Trainer bare = TrainerTest.trainer(net, 2e-3, Optional.empty());
            assertMessage("averageDecay is 0.9 in the checkpoint but none", checkpoint, bare);
            Trainer slow = TrainerTest.trainer(net, 2e-3, Optional.of(slower));
            assertMessage("averageDecay is 0.9 in the checkpoint but 0.99", checkpoint, slow);
            var settings = new Trainer.Settings(LearningRate.constant(2e-3), 1, 6);
            Trainer seed = new Trainer(net.weights(), (b, d) -> b, settings, Optional.of(slower));
            assertMessage("seed is 5 in the checkpoint but 6", checkpoint, seed);
            Trainer wide = TrainerTest.trainer(larger, 2e-3, Optional.empty());
            assertMessage("another network", checkpoint, wide);
            assertArrayEquals(before, net.weights().flat().toFloatArray());
            assertEquals(0, slow.step());
        }
    }

    private static void assertMessage(String part, Checkpoint checkpoint, Trainer trainer) {
        var e = assertThrows(IllegalArgumentException.class, () -> checkpoint.resume(trainer));
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    static void assertRefused(String part, Runnable call) {
        var e = assertThrows(CheckpointException.class, call::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
