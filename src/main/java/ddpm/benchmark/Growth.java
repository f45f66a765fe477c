package ddpm.benchmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.network.UNetConfig;
import ddpm.sampling.StepSubset;
import ddpm.training.Trainer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Times a training step and a denoising step while one thing grows and the rest stays: the batch,
 * the width of the network, or the size of the images.
 */
public final class Growth {

    /** What grows, and the values that it takes; each is twice the one before. */
    private static final Map<String, int[]> AXES =
            Map.of(
                    "batch", new int[] {8, 16, 32, 64, 128},
                    "width", new int[] {8, 16, 32, 64},
                    "size", new int[] {16, 32, 64});

    private static final int BATCH = 16;
    private static final int WIDTH = 16;
    private static final int SIZE = 32;
    private static final int WARM_UP = 2;

    private Growth() {}

    /**
     * Prints a line of JSON for each value: {@code axis}, {@code value}, and the least seconds of a
     * step, {@code train} and {@code denoise}. The least is what other programs disturb least.
     *
     * @param arguments what grows (batch, width or size), and how often each step is repeated
     */
    public static void main(String[] arguments) {
        Check.that(
                arguments.length == 2
                        && AXES.containsKey(arguments[0])
                        && arguments[1].matches("[1-9]\\d{0,2}"),
                "need batch, width or size, and the repetitions, 1 to 999, got %s",
                String.join(" ", arguments));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int times = Integer.parseInt(arguments[1]);
        for (int value : AXES.get(arguments[0])) {
            out.println(measure(arguments[0], value, times));
        }
    }

    static JsonObject measure(String axis, int value, int times) {
        int batch = axis.equals("batch") ? value : BATCH;
        UNetConfig config =
                config(axis.equals("width") ? value : WIDTH, axis.equals("size") ? value : SIZE);
        try (Workload workload = Workload.of(config, 1);
                NDManager manager = workload.network().manager().newSubManager()) {
            NDArray noise = workload.noise(manager, batch, new SplittableRandom(1));
            JsonObject found = new JsonObject();
            found.addProperty("axis", axis);
            found.addProperty("value", value);
            found.addProperty("denoise", least(times, () -> denoise(workload, noise)));
            Trainer trainer = workload.trainer();
            found.addProperty("train", least(times, () -> train(trainer, noise)));
            return found;
        }
    }

    /** The network of the MNIST notebooks, for images of another size; it attends at a quarter. */
    private static UNetConfig config(int width, int size) {
        return new UNetConfig(
                size,
                1,
                width,
                List.of(1, 2, 4),
                1,
                new UNetConfig.Attention(Set.of(size / 4), 1),
                UNetConfig.MNIST.norm(),
                0,
                UNetConfig.Padding.END);
    }

    private static void denoise(Workload workload, NDArray noise) {
        workload.sampler(StepSubset.of(Workload.LAST))
                .sample(workload.network(), noise, new SplittableRandom(2))
                .close();
    }

    private static void train(Trainer trainer, NDArray images) {
        trainer.run(1, (manager, step) -> Tensors.copy(manager, images), step -> {});
    }

    private static double least(int times, Runnable step) {
        IntStream.range(0, WARM_UP).forEach(i -> step.run());
        return IntStream.range(0, times).mapToDouble(i -> seconds(step)).min().orElseThrow();
    }

    private static double seconds(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1e9;
    }
}
