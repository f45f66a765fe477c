package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import ddpm.reference.CheckpointProbe;
import ddpm.reference.TinyModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A damaged file is refused in a sentence, and before it costs memory. */
class DamagedCheckpointTest {

    /** Bytes. A whole one needs about 3 % of this. */
    private static final long ALLOWED = 32L << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path folder;
    private Path path;
    private byte[] whole;

    @BeforeEach
    void saveOne() throws IOException {
        path = folder.resolve("tiny.safetensors");
        CheckpointProbe.train(path, 2, 2);
        whole = Files.readAllBytes(path);
    }

    @ParameterizedTest
    @EnumSource
    void everyDamageIsRefused(Damage damage) throws IOException {
        assertRefused(damage, 100, new SplittableRandom(1));
    }

    @ParameterizedTest
    @EnumSource
    @Tag("slow")
    void fiveHundredOfEachDamageAreRefused(Damage damage) throws IOException {
        assertRefused(damage, 500, new SplittableRandom(2));
    }

    private void assertRefused(Damage damage, int files, SplittableRandom random)
            throws IOException {
        for (int i = 0; i < files; i++) {
            Files.write(path, damage.spoil(whole, random));
            String which = damage + " " + i;
            long before = THREADS.getCurrentThreadAllocatedBytes();
            var e = assertThrows(CheckpointException.class, () -> Checkpoint.load(path), which);
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < ALLOWED, which + " allocated " + allocated + " bytes");
            String message = e.getMessage();
            assertTrue(message.startsWith(path + ": ") && message.length() < 900, message);
        }
        Files.write(path, whole);
        assertEquals(TinyModel.CONFIG, Checkpoint.load(path).config());
    }
}
