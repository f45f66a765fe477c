package ddpm.pretrained;

import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import ddpm.Check;
import ddpm.data.Idx;
import ddpm.data.ImageSet;
import ddpm.network.Compute;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.StepSubset;
import ddpm.training.Checkpoint;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Draws digits with the weights that {@link TrainDigits} wrote, and keeps them as IDX, the format
 * of MNIST. The sampler is DDIM with 50 steps and η = 0.
 *
 * <pre>lab.py --java ddpm.pretrained.DrawDigits digits.safetensors 2000 drawn.idx</pre>
 */
public final class DrawDigits {

    private static final int STEPS = 50;
    private static final long SEED = 5;

    private DrawDigits() {}

    /**
     * Draws images, and writes them. The last line it prints is JSON with their number and the
     * seconds that the drawing took, the start of the program left out.
     *
     * @param arguments the file with the weights, the number of images, the file to write and, if
     *     wanted, the seed of the noise
     */
    public static void main(String[] arguments) {
        Check.that(
                arguments.length == 3 || arguments.length == 4,
                "need the weights, the number of images and the file to write, got %d words",
                arguments.length);
        int count = Words.integer("number of images", arguments[1], 1, 1_000_000);
        long seed =
                arguments.length == 3
                        ? SEED
                        : Words.integer("seed", arguments[3], Long.MIN_VALUE, Long.MAX_VALUE);
        double seconds = draw(Path.of(arguments[0]), count, Path.of(arguments[2]), seed);
        JsonObject report = new JsonObject();
        report.addProperty("images", count);
        report.addProperty("seconds", seconds);
        report.addProperty("sampler", "DDIM, " + STEPS + " steps, η = 0");
        new PrintStream(System.out, true, StandardCharsets.UTF_8).println(report);
    }

    private static double draw(Path weights, int count, Path file, long seed) {
        try (Pretrained digits = Pretrained.of(Checkpoint.load(weights), Compute.device());
                NDManager manager = Compute.manager()) {
            var steps = StepSubset.uniform(digits.forward().schedule().steps(), STEPS);
            var sampler = new DdimSampler(digits.denoiser(), steps, 0);
            long start = System.nanoTime();
            ImageSet images = ImageSet.of(digits.sample(manager, count, sampler, seed));
            double seconds = (System.nanoTime() - start) / 1e9;
            Idx.save(images, file);
            return seconds;
        }
    }
}
