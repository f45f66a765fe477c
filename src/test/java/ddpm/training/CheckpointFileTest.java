package ddpm.training;

import static ddpm.training.CheckpointTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.reference.CheckpointProbe;
import ddpm.reference.Child;
import ddpm.reference.TinyModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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
            String said = Child.output(second);
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
    void whatMayNotBeWrittenOrReadIsNamedAndTheOlderCheckpointStays() throws Exception {
        byte[] before = Files.readAllBytes(path);
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "needs POSIX");
        permit(folder, "r-xr-xr-x");
        try {
            assertRefusedByPermission("the checkpoint cannot be written: ", path);
            Path added = folder.resolve("new.safetensors");
            assertRefusedByPermission("nothing can be written there: ", added);
        } finally {
            permit(folder, "rwxr-xr-x");
        }
        permit(path, "-w-------");
        assertRefusedByPermission("it may not be read", path);
        permit(path, "rw-------");
        assertArrayEquals(before, Files.readAllBytes(path));
        assertFalse(Files.exists(folder.resolve("tiny.safetensors.tmp")));
    }

    private static void permit(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    /** Root may write everywhere: its child gives up this right. */
    private static void assertRefusedByPermission(String part, Path file) throws Exception {
        ProcessBuilder child = CheckpointProbe.child(file, 4, 2);
        if (System.getProperty("user.name").equals("root")) {
            String rights = "-dac_override,-dac_read_search";
            assumeTrue(run("setpriv", "--bounding-set", rights, "true") == 0, "needs setpriv");
            child.command().addAll(0, List.of("setpriv", "--bounding-set", rights));
        }
        Process process = child.start();
        String said = Child.output(process);
        assertEquals(1, process.waitFor(), said);
        assertTrue(said.contains("CheckpointException: " + file + ": " + part), said);
    }

    @Test
    void aFullDiskIsNamedAndTheRunGoesOnWhenThereIsSpace() throws Throwable {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        String size = "size=" + (Files.size(path) * 5 / 2 / 4096 * 4096);
        int mounted = run("mount", "-t", "tmpfs", "-o", size, "tmpfs", disk.toString());
        assumeTrue(mounted == 0, "this user may not make a small disk");
        try {
            Path filler = disk.resolve("filler");
            Executable fill = () -> Files.write(filler, new byte[(int) Files.size(path)]);
            assertRefusedAndSavedLater(disk.resolve("tiny.safetensors"), fill, filler);
        } finally {
            assertEquals(0, run("umount", disk.toString()));
        }
    }

    /** The same for every user: Linux has a file that is always full. */
    @Test
    void aFullFileIsNamedAndTheRunGoesOnLater() throws Throwable {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "needs Linux");
        Path temporary = folder.resolve("full.safetensors.tmp");
        Executable fill = () -> Files.createSymbolicLink(temporary, full);
        assertRefusedAndSavedLater(folder.resolve("full.safetensors"), fill, temporary);
    }

    private void assertRefusedAndSavedLater(Path place, Executable fill, Path filler)
            throws Throwable {
        try (CheckpointFile file = CheckpointFile.open(place);
                UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9)) {
            Trainer trainer = TinyModel.trainer(net, TinyModel.simple(net), Optional.of(average));
            TrainingListener save = step -> file.save(net, trainer, Map.of("data seed", "none"));
            trainer.run(2, TinyModel.DATA, save);
            byte[] before = Files.readAllBytes(place);
            fill.execute();
            assertRefused("No space left", () -> trainer.run(1, TinyModel.DATA, save));
            assertArrayEquals(before, Files.readAllBytes(place));
            assertFalse(Files.exists(place.resolveSibling(place.getFileName() + ".tmp")));
            Files.deleteIfExists(filler);
            trainer.run(1, TinyModel.DATA, save);
        }
        Path straight = folder.resolve("straight.safetensors");
        CheckpointProbe.train(straight, 4, 4);
        assertEquals(-1, Files.mismatch(straight, place));
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            return -1; // there is no such program
        }
    }
}
