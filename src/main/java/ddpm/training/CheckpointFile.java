package ddpm.training;

import ddpm.Check;
import ddpm.Tensors;
import ddpm.network.NetworkConfig;
import ddpm.network.UNet;
import ddpm.network.Weights;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The place where one run of a training keeps its checkpoint. No other run can have it at the same
 * time; reading with {@link Checkpoint#load(Path)} is always possible.
 *
 * <pre>{@code
 * try (CheckpointFile file = CheckpointFile.open(path)) {
 *     file.load().ifPresent(checkpoint -> checkpoint.resume(trainer));
 *     trainer.run(steps, data, step -> {
 *         if (step.number() % 1000 == 0) {
 *             file.save(net, trainer, Map.of());
 *         }
 *     });
 * }
 * }</pre>
 *
 * <p>A checkpoint is written to a temporary file beside it, brought to the disk and renamed: a run
 * that is killed leaves the older checkpoint or the newer one, never half of one. The lock is that
 * of a file with {@code .lock} at the end of its name, which stays; the system frees it when a run
 * ends, however it ends.
 */
public final class CheckpointFile implements AutoCloseable {

    /** This program's places. POSIX frees a lock when any channel on its file is closed. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final Path temporary;
    private final Path place;
    private final FileChannel lockFile;

    private CheckpointFile(Path file, Path place, FileChannel lockFile) {
        this.file = file;
        this.temporary = sibling(file, ".tmp");
        this.place = place;
        this.lockFile = lockFile;
    }

    private static Path sibling(Path file, String ending) {
        return file.resolveSibling(file.getFileName() + ending);
    }

    /**
     * Takes the place. The file need not be there yet; its folder must.
     *
     * @param file such as {@code digits.safetensors}
     * @return the place; the caller closes it
     * @throws CheckpointException if another run has it, or nothing can be written there
     */
    public static CheckpointFile open(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent().toRealPath();
            Path place = folder.resolve(sibling(file, ".lock").getFileName());
            if (!HELD.add(place)) {
                throw inUse(file);
            }
            try {
                return new CheckpointFile(file, place, lock(file, place));
            } catch (IOException | RuntimeException e) {
                HELD.remove(place);
                throw e;
            }
        } catch (IOException e) {
            throw CheckpointException.of(
                    file,
                    "nothing can be written there: " + reason(e),
                    "Choose a folder that is there and that you may write to",
                    e);
        }
    }

    private static FileChannel lock(Path file, Path place) throws IOException {
        FileChannel channel =
                FileChannel.open(place, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock(); // held until the channel is closed
        if (lock == null) {
            channel.close();
            throw inUse(file);
        }
        return channel;
    }

    private static CheckpointException inUse(Path file) {
        return CheckpointException.of(
                file,
                "another run is using this checkpoint",
                "Wait for it, stop it, or give this run another file",
                new IOException("locked"));
    }

    /**
     * The checkpoint that is there.
     *
     * @return the checkpoint, or nothing if none was saved yet
     * @throws CheckpointException if it cannot be read
     */
    public Optional<Checkpoint> load() {
        return Files.exists(file) ? Optional.of(Checkpoint.load(file)) : Optional.empty();
    }

    /**
     * Saves a training, in place of the older checkpoint. Call it between two steps or from the
     * training's listener.
     *
     * @param net the network that is trained
     * @param trainer its trainer
     * @param notes what else to keep, such as the seed of the data; may be empty
     * @throws CheckpointException if it cannot be written; the older checkpoint is as it was
     * @throws IllegalArgumentException if the trainer trains another network
     */
    public void save(UNet net, Trainer trainer, Map<String, String> notes) {
        Check.that(net.weights() == trainer.weights(), "the trainer trains another network");
        Check.that(lockFile.isOpen(), "%s is closed", file);
        Optional<MovingAverage> average = trainer.average();
        List<float[]> values = new ArrayList<>();
        values.add(Tensors.floats(net.weights().flat()));
        average.ifPresent(a -> values.add(Tensors.floats(a.weights().flat())));
        values.add(trainer.optimizer().first());
        values.add(trainer.optimizer().second());
        values.add(new float[] {trainer.optimizer().count()});
        Map<String, List<Long>> shapes = Names.of(net.config()).ofTraining(average.isPresent());
        write(StateText.of(net.config(), trainer, notes), shapes, values);
    }

    /**
     * Saves weights alone, such as the average that a training ends with, to sample with them or to
     * give them away.
     *
     * @param config the network
     * @param weights its parameters
     * @param notes what else to keep, such as the seed and the data; may be empty
     * @throws CheckpointException if it cannot be written; the older checkpoint is as it was
     * @throws IllegalArgumentException if the weights are those of another network
     */
    public void save(NetworkConfig config, Weights weights, Map<String, String> notes) {
        Map<String, List<Long>> shapes = Names.of(config).parameters();
        Check.that(
                weights.names().equals(List.copyOf(shapes.keySet())),
                "the weights are of another network than %s",
                config);
        Check.that(lockFile.isOpen(), "%s is closed", file);
        write(StateText.of(config, notes), shapes, List.of(Tensors.floats(weights.flat())));
    }

    private void write(
            Map<String, String> metadata, Map<String, List<Long>> shapes, List<float[]> values) {
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                SafeTensors.write(out, metadata, shapes, values);
                out.getFD().sync(); // else a power cut could leave the new name and no content
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            dropTemporary(e);
            throw CheckpointException.of(
                    file,
                    "the checkpoint cannot be written: " + reason(e),
                    "The older checkpoint, if there was one, is as it was",
                    e);
        }
    }

    private void dropTemporary(IOException why) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private static String reason(IOException e) {
        return e instanceof FileSystemException ? e.toString() : e.getMessage();
    }

    /** Gives the place to other runs. The checkpoint stays. */
    @Override
    public void close() {
        if (!lockFile.isOpen()) {
            return; // the place may be another's by now
        }
        try {
            lockFile.close();
        } catch (IOException e) {
            throw CheckpointException.of(file, "its lock cannot be freed", "Try again", e);
        } finally {
            HELD.remove(place);
        }
    }
}
