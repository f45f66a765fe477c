package ddpm.training;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.network.NetworkConfig;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.network.Weights;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file in the safetensors format holds: a network's configuration and weights and, if a
 * training saved it, the moving average, the optimiser's state, the step and the seed. {@link
 * CheckpointFile} writes it.
 *
 * <p>Everything is checked before a network is made of it: the lengths, the names and shapes, and
 * the SHA-256 of the content. Python reads the tensors with {@code safetensors.numpy.load_file}.
 */
public final class Checkpoint {

    private final NetworkConfig config;
    private final Map<String, String> metadata;
    private final Optional<String> digest;
    private final float[] weights;
    private final Optional<Training> training;

    /** The state of a training; of the optimiser: m, v, and k alone in an array. */
    private record Training(Optional<float[]> average, List<float[]> optimizer) {}

    private Checkpoint(SafeTensors file, NetworkConfig config) throws IOException {
        this.config = config;
        this.metadata = file.header().metadata();
        this.digest = file.digest();
        Names names = Names.of(config);
        boolean averaged = file.header().tensors().keySet().containsAll(names.average());
        List<List<String>> parts = new ArrayList<>(List.of(names.weights()));
        if (StateText.hasTraining(metadata)) {
            parts.addAll(List.of(Names.FIRST, Names.SECOND, Names.COUNT));
            parts.addAll(averaged ? List.of(names.average()) : List.of());
        }
        List<float[]> values = file.read(parts);
        this.weights = values.get(0);
        this.training =
                StateText.hasTraining(metadata)
                        ? Optional.of(
                                new Training(
                                        averaged ? Optional.of(values.get(4)) : Optional.empty(),
                                        values.subList(1, 4)))
                        : Optional.empty();
    }

    /**
     * Reads a checkpoint that this library wrote.
     *
     * @param file a file of {@link CheckpointFile}
     * @return its content
     * @throws CheckpointException if there is no such file, it may not be read, it is damaged, or
     *     another program wrote it
     */
    public static Checkpoint load(Path file) {
        return read(file, () -> SafeTensors.open(file), Optional.empty());
    }

    /**
     * Reads the weights of a network, from a checkpoint or from a safetensors file of another
     * program. Such a file carries no digest, so that a flipped bit in its numbers stays unseen;
     * {@link #digest()} is then empty.
     *
     * @param file with a float32 tensor for each of {@link NetworkConfig#parameterShapes()}
     * @param config the network
     * @return its content
     * @throws CheckpointException as for {@link #load(Path)}, or if the file is of another network
     */
    public static Checkpoint load(Path file, NetworkConfig config) {
        return read(file, () -> SafeTensors.open(file), Optional.of(config));
    }

    /**
     * Reads a checkpoint of a U-Net from a stream, such as a resource of the class path.
     *
     * @param in the stream, read to its end and left open; what {@link Class#getResourceAsStream}
     *     gave is checked
     * @param name stands for the file's name in messages
     * @return its content
     * @throws CheckpointException as for {@link #load(Path)}
     */
    public static Checkpoint load(InputStream in, String name) {
        return read(name, () -> SafeTensors.open(in), Optional.empty());
    }

    /**
     * Reads the weights of a network from a stream, such as a resource of the class path.
     *
     * @param in the stream, read to its end and left open; what {@link Class#getResourceAsStream}
     *     gave is checked
     * @param name stands for the file's name in messages
     * @param config the network
     * @return its content
     * @throws CheckpointException as for {@link #load(Path, NetworkConfig)}
     */
    public static Checkpoint load(InputStream in, String name, NetworkConfig config) {
        return read(name, () -> SafeTensors.open(in), Optional.of(config));
    }

    private interface Opener {
        SafeTensors open() throws IOException;
    }

    private static Checkpoint read(Object name, Opener opener, Optional<NetworkConfig> wanted) {
        try (SafeTensors tensors = opener.open()) {
            TensorHeader header = tensors.header();
            NetworkConfig config = StateText.config(header, wanted);
            boolean training = StateText.hasTraining(header.metadata());
            Names.of(config).check(header.tensors(), training);
            long bytes = header.numbers() * Float.BYTES;
            Check.that(
                    bytes <= Runtime.getRuntime().maxMemory(),
                    "it needs %,d bytes of Java's memory, which is smaller; see java -Xmx",
                    bytes);
            return new Checkpoint(tensors, config);
        } catch (FileNotFoundException e) {
            boolean there = name instanceof Path file && Files.exists(file);
            String why = there ? "it may not be read" : "there is no such file";
            throw CheckpointException.of(name, why, "Check the name and its permissions", e);
        } catch (IOException | IllegalArgumentException e) {
            String advice = "The file is damaged or not a checkpoint of this network; use a copy";
            throw CheckpointException.of(name, e.getMessage(), advice, e);
        }
    }

    /**
     * The shape of the U-Net.
     *
     * @return the configuration
     * @throws IllegalArgumentException if the file is of another kind of network
     */
    public UNetConfig config() {
        Check.that(config instanceof UNetConfig, "the checkpoint is of no U-Net: %s", config);
        return (UNetConfig) config;
    }

    /**
     * The SHA-256 of the content, which was compared with the content.
     *
     * @return 64 hexadecimal digits, or nothing if the file is of another program and carries none
     */
    public Optional<String> digest() {
        return digest;
    }

    /**
     * How many steps the training had made.
     *
     * @return the number of the last step, 0 if no training saved the file
     */
    public long step() {
        return training.isPresent() ? StateText.step(metadata) : 0;
    }

    /**
     * What the saving program added, such as the seed of its data.
     *
     * @return the notes given to {@link CheckpointFile#save}
     */
    public Map<String, String> notes() {
        return StateText.notes(metadata);
    }

    /**
     * Gives a network the last weights.
     *
     * @param target the parameters of a network of the same shape
     * @throws IllegalArgumentException if the network has another shape
     */
    public void copyTo(Weights target) {
        checkShapes(target);
        target.set(weights);
    }

    private void checkShapes(Weights target) {
        Map<String, Shape> shapes = config.parameterShapes();
        boolean same = target.names().equals(List.copyOf(shapes.keySet()));
        for (String name : target.names()) {
            same = same && target.get(name).getShape().equals(shapes.get(name));
        }
        Check.that(same, "the checkpoint is of another network: %s", config);
    }

    /**
     * The U-Net with the last weights.
     *
     * @param device where it lives and computes
     * @return a new network; the caller closes it
     */
    public UNet network(Device device) {
        return UNet.create(config(), weights, device);
    }

    /**
     * The U-Net with the moving average of the weights, which is the one to sample with.
     *
     * @param device where it lives and computes
     * @return a new network, or nothing if the file has no average; the caller closes it
     */
    public Optional<UNet> averagedNetwork(Device device) {
        return training.flatMap(Training::average)
                .map(average -> UNet.create(config(), average, device));
    }

    /**
     * Puts a trainer where the one that was saved stood: weights, moving average, optimiser and
     * step. With the same data, learning rate, device and number of threads it ends at the same
     * bits as a training that never stopped.
     *
     * @param trainer a new trainer with the same settings
     * @throws IllegalArgumentException if the file holds weights alone, or the trainer has another
     *     network, seed, gradient norm, optimiser or average; it is then as before
     */
    public void resume(Trainer trainer) {
        Check.that(training.isPresent(), "the file holds weights alone: no training to resume");
        checkShapes(trainer.weights());
        StateText.checkSettings(metadata, trainer);
        Training state = training.get();
        trainer.weights().set(weights);
        trainer.average()
                .ifPresent(
                        average ->
                                average.restore(
                                        state.average().orElseThrow(),
                                        StateText.averageUpdates(metadata)));
        List<float[]> moments = state.optimizer();
        trainer.optimizer().restore(moments.get(0), moments.get(1), moments.get(2)[0]);
        trainer.restore(StateText.step(metadata));
    }

    @Override
    public String toString() {
        return String.format(
                java.util.Locale.ROOT,
                "checkpoint after step %d, %,d parameters, %s",
                step(),
                weights.length,
                digest.map(d -> "SHA-256 " + d).orElse("no digest: damage would stay unseen"));
    }
}
