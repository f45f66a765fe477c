package ddpm.benchmark;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.JsonObject;
import ddpm.Check;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.Shuffle;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.StepSubset;
import ddpm.training.Batches;
import ddpm.training.Checkpoint;
import ddpm.training.Trainer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Works on demand, so that another program can take turns with it. A line on stdin says what to do,
 * a line of JSON on stdout answers with the seconds it took:
 *
 * <pre>
 * train 3      three training steps on {@value #BATCH} images each
 * denoise 3    three steps of the sampler on {@value #BATCH} images, from noise that is there
 * sample 2     two whole sampling runs of {@value #BATCH} images each
 * facts        the parameters, the precision and the threads
 * </pre>
 *
 * <p>It ends with its input.
 */
public final class StepServer implements AutoCloseable {

    static final int BATCH = 64;
    static final int SAMPLING_STEPS = 50;

    private static final int SYNTHETIC = 5000; // images, where none ship with the library

    private final Workload workload;
    private final StepSubset wholeRun;
    private final int batch;
    private Optional<Training> training = Optional.empty(); // before the first training step

    /** The training and its data. */
    private record Training(Trainer trainer, Batches batches) {}

    private StepServer(Checkpoint weights, Precision precision, int batch, int samplingSteps) {
        this.workload = new Workload(weights.network(Device.cpu()), precision);
        this.wholeRun = StepSubset.uniform(Workload.LAST, samplingSteps);
        this.batch = batch;
    }

    /**
     * Serves until the input ends.
     *
     * @param arguments the file with the weights, and the precision: float32 or bfloat16
     * @throws IOException if the input cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        Check.that(
                arguments.length == 2,
                "need the file with the weights and the precision, got %d words",
                arguments.length);
        Precision precision = Precision.of(arguments[1]);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (StepServer server = of(Path.of(arguments[0]), precision, BATCH, SAMPLING_STEPS)) {
            server.serve(in, out);
        }
    }

    static StepServer of(Path weights, Precision precision, int batch, int samplingSteps) {
        return new StepServer(Checkpoint.load(weights), precision, batch, samplingSteps);
    }

    void serve(BufferedReader in, PrintStream out) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(answer(line.strip().split(" +")));
        }
    }

    private JsonObject answer(String[] words) {
        JsonObject answer = new JsonObject();
        if (words[0].equals("facts")) {
            answer.addProperty("parameters", network().weights().count());
            answer.addProperty("precision", network().precision().toString());
            answer.addProperty("threads", threads());
        } else {
            answer.addProperty("seconds", seconds(words));
        }
        return answer;
    }

    private static int threads() {
        Engine.getEngine("PyTorch");
        return JniUtils.getNumThreads();
    }

    private double seconds(String[] words) {
        Check.that(
                words.length == 2 && words[1].matches("[1-9]\\d{0,3}"),
                "need a word and how often, 1 to 9999, got %s",
                String.join(" ", words));
        int times = Integer.parseInt(words[1]);
        return switch (words[0]) {
            case "train" -> train(times);
            case "denoise" -> denoise(times);
            case "sample" -> sample(times);
            default ->
                    throw new IllegalArgumentException(
                            "need train, denoise, sample or facts, got " + words[0]);
        };
    }

    UNet network() {
        return workload.network();
    }

    private double train(int steps) {
        Training current = training.orElseGet(this::newTraining);
        training = Optional.of(current);
        long start = System.nanoTime();
        current.trainer().run(steps, current.batches(), step -> {});
        return secondsSince(start);
    }

    private Training newTraining() {
        ImageSet images = images(network().config());
        Shuffle shuffle = new Shuffle(images.size(), batch, 3);
        Batches batches = (manager, step) -> images.batch(manager, shuffle.at(step));
        return new Training(workload.trainer(), batches);
    }

    private double denoise(int count) {
        try (NDManager manager = network().manager().newSubManager()) {
            NDArray noise = workload.noise(manager, batch, new SplittableRandom(1));
            DdimSampler sampler = workload.sampler(steps(count));
            long start = System.nanoTime();
            sampler.sample(network(), noise, new SplittableRandom(2));
            return secondsSince(start);
        }
    }

    private double sample(int runs) {
        long start = System.nanoTime();
        for (int i = 0; i < runs; i++) {
            try (NDManager manager = network().manager().newSubManager()) {
                workload.sample(manager, batch, wholeRun, i);
            }
        }
        return secondsSince(start);
    }

    private static StepSubset steps(int count) {
        return count == 1 ? StepSubset.of(Workload.LAST) : StepSubset.uniform(Workload.LAST, count);
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** MNIST where it fits, else images of noise: their content changes no time. */
    private static ImageSet images(UNetConfig config) {
        int size = config.imageSize();
        if (size == 28 && config.imageChannels() == 1) {
            return Mnist.train();
        }
        byte[] pixels = new byte[SYNTHETIC * config.imageChannels() * size * size];
        new Random(1).nextBytes(pixels);
        return ImageSet.of(config.imageChannels(), size, size, pixels);
    }

    @Override
    public void close() {
        workload.close();
    }
}
