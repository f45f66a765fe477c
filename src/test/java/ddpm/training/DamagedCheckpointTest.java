package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.reference.CheckpointProbe;
import ddpm.reference.Damage;
import ddpm.reference.DamagedFiles;
import ddpm.reference.TinyModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A damaged file of tensors is refused in a sentence, and before it costs memory. */
class DamagedCheckpointTest {

    /** Bytes of Java's memory. A whole file needs about 3 % of this. */
    private static final long ALLOWED = 32L << 20;

    @TempDir private Path folder;
    private Path path;
    private UNet net;

    /** What is in the file, and how it is read. */
    private enum Kind {
        A_TRAINING,
        WEIGHTS_ALONE,
        A_TRAINING_IN_A_STREAM,
        WEIGHTS_OF_ANOTHER_PROGRAM;

        boolean hasDigest() {
            return this != WEIGHTS_OF_ANOTHER_PROGRAM;
        }
    }

    @BeforeEach
    void open() {
        path = folder.resolve("tiny.safetensors");
        net = UNet.create(TinyModel.CONFIG, 2, Device.cpu());
    }

    @AfterEach
    void close() {
        net.close();
    }

    @ParameterizedTest
    @EnumSource
    void everyDamageThatShowsIsRefused(Kind kind) throws IOException {
        check(kind, 300, new SplittableRandom(1));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void threeThousandDamagedFilesOfAKind(Kind kind) throws IOException {
        check(kind, 3000, new SplittableRandom(2))
                .forEach(
                        (damage, count) -> System.out.println(kind + ", " + damage + ": " + count));
    }

    private Map<Damage, DamagedFiles<ByteBuffer>> check(
            Kind kind, int files, SplittableRandom random) throws IOException {
        byte[] whole = whole(kind);
        Files.write(path, whole);
        ByteBuffer weights = load(kind).get();
        Map<Damage, DamagedFiles<ByteBuffer>> counts = new EnumMap<>(Damage.class);
        for (Damage damage : Damage.values()) {
            var count = new DamagedFiles<ByteBuffer>(CheckpointException.class, path, ALLOWED);
            for (int i = 0; i < files / Damage.values().length; i++) {
                byte[] bad = SpoiltTensors.spoil(whole, damage, random);
                Files.write(path, bad);
                boolean unseen = damage == Damage.FLIPPED_BYTES && !kind.hasDigest();
                count.load(load(kind), Optional.of(numbers(bad)).filter(any -> unseen));
            }
            counts.put(damage, count);
        }
        Files.write(path, whole);
        assertEquals(weights, load(kind).get());
        return counts;
    }

    private byte[] whole(Kind kind) throws IOException {
        switch (kind) {
            case A_TRAINING, A_TRAINING_IN_A_STREAM -> CheckpointProbe.train(path, 2, 2);
            case WEIGHTS_ALONE -> {
                try (CheckpointFile file = CheckpointFile.open(path)) {
                    file.save(net.config(), net.weights(), Map.of());
                }
            }
            case WEIGHTS_OF_ANOTHER_PROGRAM -> {
                Map<String, List<Long>> shapes = Names.of(net.config()).parameters();
                byte[] header =
                        TensorHeader.of(Map.of("format", "pt"), shapes)
                                .text()
                                .getBytes(StandardCharsets.UTF_8);
                byte[] numbers = SpoiltTensors.bytes(net.weights().flat().toFloatArray());
                var bytes = new ByteArrayOutputStream();
                SpoiltTensors.writeFile(bytes, header, numbers);
                return bytes.toByteArray();
            }
        }
        return Files.readAllBytes(path);
    }

    /** Gives the weights as bytes, so that each bit counts. */
    private Supplier<ByteBuffer> load(Kind kind) {
        return () -> {
            Checkpoint checkpoint =
                    switch (kind) {
                        case A_TRAINING, WEIGHTS_ALONE -> Checkpoint.load(path);
                        case WEIGHTS_OF_ANOTHER_PROGRAM -> Checkpoint.load(path, net.config());
                        case A_TRAINING_IN_A_STREAM -> stream();
                    };
            checkpoint.copyTo(net.weights());
            return ByteBuffer.wrap(SpoiltTensors.bytes(net.weights().flat().toFloatArray()));
        };
    }

    private Checkpoint stream() {
        try {
            var in = new ByteArrayInputStream(Files.readAllBytes(path));
            return Checkpoint.load(in, path.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All after the header, as it stands there. */
    private ByteBuffer numbers(byte[] file) {
        int size = Math.toIntExact(net.weights().count()) * Float.BYTES;
        return ByteBuffer.wrap(file, Math.max(0, file.length - size), Math.min(size, file.length));
    }
}
