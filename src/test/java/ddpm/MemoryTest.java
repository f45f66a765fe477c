package ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ddpm.network.UNet;
import ddpm.reference.Child;
import ddpm.reference.MemoryProbe;
import ddpm.reference.MemoryProbe.Work;
import ddpm.reference.TinyModel;
import ddpm.training.MovingAverage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long run needs no more memory than a short one. */
class MemoryTest {

    /** Bytes a step. */
    private static final double ALLOWED = 1000;

    private static final int STEPS = 10_000;
    private static final int SAMPLES = 100;

    @TempDir private Path folder;

    @Test
    void noStepLeavesAnArrayOpenAndTheCountSeesALeak() {
        assertEquals(0, arraysLeft(Work.TRAIN, 10));
        assertEquals(0, arraysLeft(Work.SAMPLE, 10));
        assertEquals(10, arraysLeft(Work.LEAK, 10));
    }

    private static int arraysLeft(Work work, int times) {
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9)) {
            Runnable once = MemoryProbe.once(work, net, average);
            once.run(); // the first call makes arrays that stay
            int before = net.manager().getManagedArrays().size();
            IntStream.range(0, times).forEach(i -> once.run());
            return net.manager().getManagedArrays().size() - before;
        }
    }

    @Test
    @Tag("slow")
    void tenThousandTrainingStepsKeepTheirMemory() throws Exception {
        assertFlat(slope(Work.TRAIN, STEPS));
    }

    @Test
    @Tag("slow")
    void twoHundredRunsOfEachSamplerKeepTheirMemory() throws Exception {
        assertFlat(slope(Work.SAMPLE, 200));
    }

    @Test
    @Tag("slow")
    void aLeakOfTwoThousandBytesAStepIsSeen() throws Exception {
        double slope = slope(Work.LEAK, STEPS);
        assertTrue(slope > ALLOWED, "the leak looks like " + slope + " bytes a step");
    }

    private static void assertFlat(double slope) {
        assertTrue(slope <= ALLOWED, "the memory grows by " + slope + " bytes each time");
    }

    /** Bytes from one time to the next, over the second half of a run in a process of its own. */
    private double slope(Work work, int times) throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/proc/self/statm")), "needs Linux to read its memory");
        Path errors = folder.resolve("errors");
        // The Java heap is resident from the start, and the compiler soon rests: what grows is
        // native.
        var options = List.of("-Xms64m", "-XX:+AlwaysPreTouch");
        var builder = Child.of(MemoryProbe.class, options, work, times, times / SAMPLES);
        builder.redirectError(errors.toFile());
        builder.environment().put("MALLOC_ARENA_MAX", "1"); // one heap, which is trimmed as a whole
        Process process = builder.start();
        double[] bytes = Child.output(process).lines().mapToDouble(Double::parseDouble).toArray();
        assertEquals(0, process.waitFor(), () -> errorsIn(errors));
        assertEquals(SAMPLES, bytes.length);
        double[] secondHalf = Arrays.copyOfRange(bytes, SAMPLES / 2, SAMPLES);
        double slope = medianSlope(secondHalf) * SAMPLES / times;
        System.out.printf("%s, %d times: %.0f bytes each time%n", work, times, slope);
        return slope;
    }

    private static String errorsIn(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Theil and Sen: the median over all pairs, which a jump of the compiler does not move. */
    private static double medianSlope(double[] y) {
        double[] slopes =
                IntStream.range(0, y.length)
                        .boxed()
                        .flatMapToDouble(
                                i ->
                                        IntStream.range(0, i)
                                                .mapToDouble(j -> (y[i] - y[j]) / (i - j)))
                        .sorted()
                        .toArray();
        return slopes[slopes.length / 2];
    }

    @Test
    void theSlopeIsTheMedianOverAllPairs() {
        assertEquals(3, medianSlope(new double[] {1, 4, 7, 10, -90, 16, 19, 22, 25}), 1e-12);
    }
}
