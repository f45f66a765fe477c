package ddpm.training;

import static ddpm.training.CheckpointTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.reference.CheckpointProbe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the system refuses is said, and the older checkpoint stays. */
class CheckpointFileTest {

    @TempDir private Path folder;
    private Path path;

    @BeforeEach
    void saveTwoSteps() {
        path = folder.resolve("tiny.safetensors");
        CheckpointProbe.train(path, 2, 2);
    }

    @Test
    void twoRunsOnOneCheckpointAreRefused() throws Exception {
        byte[] before = Files.readAllBytes(path);
        try (CheckpointFile first = CheckpointFile.open(path)) {
            assertTrue(first.load().isPresent());
            assertRefused("another run is using", () -> CheckpointFile.open(path));
            Process second = CheckpointProbe.start(path, 4, 2);
            String said =
                    new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(1, second.waitFor(), said);
            assertTrue(said.contains("another run is using this checkpoint"), said);
            assertEquals(2, Checkpoint.load(path).step());
        }
        assertArrayEquals(before, Files.readAllBytes(path));
        CheckpointFile.open(path).close();
    }

    @Test
    void theStopButtonDoesNotBreakASave() {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu());
                var file = CheckpointFile.open(folder.resolve("other.safetensors"))) {
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            Thread.currentThread().interrupt();
            file.save(net, trainer, Map.of());
            assertEquals(0, file.load().orElseThrow().step());
        } finally {
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void aTemporaryFileOfAKilledRunIsNoHindrance() throws IOException {
        Files.write(folder.resolve("tiny.safetensors.tmp"), new byte[1 << 20]);
        CheckpointProbe.train(path, 4, 2);
        assertEquals(4, Checkpoint.load(path).step());
        assertFalse(Files.exists(folder.resolve("tiny.safetensors.tmp")));
    }

    @Test
    void aMissingFileOrFolderIsNamed() {
        assertRefused("there is no such file", () -> Checkpoint.load(folder.resolve("none")));
        assertRefused("may not be read", () -> Checkpoint.load(folder));
        Path nowhere = folder.resolve("none").resolve("tiny.safetensors");
        assertRefused("nothing can be written there", () -> CheckpointFile.open(nowhere));
    }

    @Test
    void aFolderWithoutPermissionIsNamedAndTheOlderCheckpointStays() throws IOException {
        byte[] before = Files.readAllBytes(path);
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "needs POSIX");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
        try {
            assumeFalse(Files.isWritable(folder), "this user may write everywhere");
            assertRefused("cannot be written: ", () -> CheckpointProbe.train(path, 4, 2));
            assertRefused(
                    "nothing can be written there",
                    () -> CheckpointFile.open(folder.resolve("new.safetensors")));
        } finally {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        assertArrayEquals(before, Files.readAllBytes(path));
    }

    @Test
    void aFullDiskIsNamedAndTheOlderCheckpointStays() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String size = "size=" + (Files.size(path) * 3 / 2 / 4096 * 4096);
        int mounted = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", disk.toString());
        assumeTrue(mounted == 0, "this user may not make a small disk");
        try {
            Path small = disk.resolve("tiny.safetensors");
            CheckpointProbe.train(small, 2, 2);
            byte[] before = Files.readAllBytes(small);
            assertRefused("No space left", () -> CheckpointProbe.train(small, 4, 2));
            assertArrayEquals(before, Files.readAllBytes(small));
            assertFalse(Files.exists(disk.resolve("tiny.safetensors.tmp")));
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }
}
