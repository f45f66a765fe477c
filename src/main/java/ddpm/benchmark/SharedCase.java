package ddpm.benchmark;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import ddpm.Check;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.network.Weights;
import ddpm.sampling.StepSubset;
import ddpm.training.Checkpoint;
import ddpm.training.CheckpointFile;
import ddpm.training.Trainer;
import ddpm.training.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Writes down what this library computes, so that another program can show that it computes the
 * same: a network, a batch, the network's output, a few steps of the sampler, and one training step
 * of a training that is already at work.
 *
 * <pre>
 * weights.safetensors    the parameters alone
 * before.safetensors     the training before the step: parameters, average, moments of AdamW
 * after.safetensors      the same after it
 * x0 eps t output rounded sampled, with .f32 at the end: numbers as little-endian float32; rounded
 *                        is the output in bfloat16
 * </pre>
 */
public final class SharedCase {

    /** The paper's for 32×32 colour images at a quarter of its width and groups. */
    private static final UNetConfig COLOUR =
            new UNetConfig(
                    32,
                    3,
                    32,
                    List.of(1, 2, 2, 2),
                    2,
                    new UNetConfig.Attention(Set.of(16), 1),
                    new UNetConfig.Norm(8, 1e-6),
                    0, // no dropout: two engines would drop different units
                    UNetConfig.Padding.END);

    private static final int WARM_UP = 3; // steps, so that no moment of AdamW is zero
    private static final double SPREAD = 0.1;
    private static final double FAINT = 0.03;
    private static final int[] VISITED = {1, 250, 500}; // t = T would divide by 0.006

    private SharedCase() {}

    /**
     * Writes the files. The last line it prints is JSON with the number of parameters, the loss and
     * the norm of the gradient of the step, the steps that the sampler visits, and the precision
     * that the library picks on this machine.
     *
     * @param arguments the network (small, wide or colour) and the folder to write to
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        Check.that(
                arguments.length == 2,
                "need the network and the folder to write to, got %d words",
                arguments.length);
        UNetConfig config = network(arguments[0]);
        JsonObject report = write(config, StepServer.BATCH, Path.of(arguments[1]));
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(report);
    }

    /** The network that goes by a name. */
    static UNetConfig network(String name) {
        return switch (name) {
            case "small" -> UNetConfig.MNIST;
            case "wide" -> UNetConfig.MNIST.withChannels(64, 1, 2, 2);
            case "colour" -> COLOUR;
            default ->
                    throw new IllegalArgumentException(
                            "the network must be small, wide or colour, got " + name);
        };
    }

    static JsonObject write(UNetConfig config, int batch, Path folder) throws IOException {
        try (Workload workload = Workload.of(config, 1);
                NDManager manager = workload.network().manager().newSubManager()) {
            RandomGenerator random = new SplittableRandom(2);
            spread(workload.network().weights(), random);
            int[] t = random.ints(batch, 1, Workload.LAST + 1).toArray();
            NDArray x0 = uniform(workload, manager, batch, random);
            NDArray eps = workload.noise(manager, batch, random);
            warmUp(workload, x0, folder);
            save(folder, "x0", Tensors.floats(x0));
            save(folder, "eps", Tensors.floats(eps));
            save(folder, "t", floats(t));
            UNet network = workload.network();
            save(folder, "output", output(network, x0, t, eps));
            UNet rounded = network.withPrecision(Precision.BFLOAT16);
            save(folder, "rounded", output(rounded, x0, t, eps));
            save(folder, "sampled", sampled(workload, eps));
            TrainingListener.Step step = step(workload, x0, t, eps, folder);
            JsonObject report = new JsonObject();
            report.addProperty("parameters", workload.network().weights().count());
            report.addProperty("loss", step.loss());
            report.addProperty("gradientNorm", step.gradientNorm());
            report.add("visited", new Gson().toJsonTree(VISITED));
            report.addProperty("precision", Precision.automatic(Device.cpu()).toString());
            return report;
        }
    }

    /**
     * Moves every parameter: where it stays at its first zero, an error behind it is not seen. What
     * the first convolution answers is made faint: the first norm then sees a variance so small
     * that another ε shows.
     */
    private static void spread(Weights weights, RandomGenerator random) {
        float[] values = Tensors.floats(weights.flat());
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (SPREAD * random.nextGaussian());
        }
        weights.set(values);
        for (String name : List.of("first.weight", "first.bias")) {
            NoGradient.run(() -> weights.get(name).muli(FAINT));
        }
    }

    private static NDArray uniform(
            Workload workload, NDManager manager, int batch, RandomGenerator random) {
        var shape = workload.shape(batch);
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat(-1, 1);
        }
        return Tensors.of(manager, values, shape);
    }

    private static void warmUp(Workload workload, NDArray x0, Path folder) {
        Trainer trainer = workload.trainer();
        trainer.run(WARM_UP, (manager, step) -> Tensors.copy(manager, x0), step -> {});
        save(workload, trainer, folder.resolve("before.safetensors"));
        try (CheckpointFile file = CheckpointFile.open(folder.resolve("weights.safetensors"))) {
            file.save(workload.network().config(), workload.network().weights(), Map.of());
        }
    }

    private static void save(Workload workload, Trainer trainer, Path path) {
        try (CheckpointFile file = CheckpointFile.open(path)) {
            file.save(workload.network(), trainer, Map.of());
        }
    }

    private static float[] output(UNet network, NDArray x0, int[] t, NDArray eps) {
        return NoGradient.get(
                () -> {
                    NDArray xt = Workload.FORWARD.sample(x0, t, eps);
                    return Tensors.floats(network.predict(xt, t));
                });
    }

    private static float[] sampled(Workload workload, NDArray start) {
        var sampler = workload.sampler(StepSubset.of(VISITED));
        return Tensors.floats(sampler.sample(workload.network(), start, new SplittableRandom(1)));
    }

    private static TrainingListener.Step step(
            Workload workload, NDArray x0, int[] t, NDArray eps, Path folder) {
        Trainer trainer = workload.trainer(t, eps);
        Checkpoint.load(folder.resolve("before.safetensors")).resume(trainer);
        TrainingListener.Step[] made = new TrainingListener.Step[1];
        trainer.run(1, (manager, step) -> Tensors.copy(manager, x0), step -> made[0] = step);
        save(workload, trainer, folder.resolve("after.safetensors"));
        return made[0];
    }

    private static float[] floats(int[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values[i];
        }
        return floats;
    }

    private static void save(Path folder, String name, float[] values) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(folder.resolve(name + ".f32"), bytes.array());
    }
}
