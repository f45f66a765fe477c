package ddpm;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.Shuffle;
import ddpm.forward.ForwardProcess;
import ddpm.network.Compute;
import ddpm.network.TimeEmbedding;
import ddpm.notebook.ImageGrid;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The Java that runs beside libtorch in every step, for batches of 64 images of MNIST. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgs = {"-XX:+UseSerialGC", "-Xmx700m", "-Djava.awt.headless=true"})
public class HotPaths {

    private static final int BATCH = 64;

    private final NDManager manager = Compute.manager(Device.cpu());
    private final ImageSet images = Mnist.train();
    private final Shuffle shuffle = new Shuffle(images.size(), BATCH, 1);
    private final int[] steps = new SplittableRandom(2).ints(BATCH, 1, 1001).toArray();
    private final int[] first = IntStream.range(0, BATCH).toArray();
    private final ForwardProcess linear = new ForwardProcess(LinearSchedule.DDPM);
    private final ForwardProcess cosine = new ForwardProcess(new CosineSchedule(1000));
    private long step;

    @TearDown
    public void close() {
        manager.close();
    }

    @Benchmark
    public double scheduleLookUpsLinear() {
        return lookUps(linear);
    }

    @Benchmark
    public double scheduleLookUpsCosine() {
        return lookUps(cosine);
    }

    private double lookUps(ForwardProcess forward) {
        double sum = 0;
        for (int t : steps) {
            sum += forward.signalScale(t) + forward.noiseScale(t);
        }
        return sum;
    }

    @Benchmark
    public float[] timeEmbedding() {
        return TimeEmbedding.of(steps, 16);
    }

    @Benchmark
    public int[] shuffledIndices() {
        return shuffle.at(++step);
    }

    @Benchmark
    public long batchAssembly() {
        try (NDArray batch = images.batch(manager, shuffle.at(++step))) {
            return batch.size();
        }
    }

    @Benchmark
    public BufferedImage imageGrid() {
        return ImageGrid.of(images, first).toImage();
    }
}
