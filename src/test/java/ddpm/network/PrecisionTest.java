package ddpm.network;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.loss.NoisePredictor;
import ddpm.reference.TinyModel;
import ddpm.training.Trainer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** bfloat16 is what float32 is, but for rounding. A CPU without it emulates it. */
class PrecisionTest {

    private static final int[] STEPS = {1, 300, 1000};
    private static final double UNIT =
            Math.pow(2, -8); // half a unit in the last place, at the most

    private UNet net;
    private UNet rounded;
    private NDManager work;

    @BeforeEach
    void open() {
        open(UNetConfig.Padding.END, 0);
    }

    private void open(UNetConfig.Padding padding, double dropout) {
        close();
        net = UNet.create(config(padding, dropout), 3, Device.cpu());
        TinyModel.shake(net, 4);
        rounded = net.withPrecision(Precision.BFLOAT16);
        work = net.manager().newSubManager();
    }

    /**
     * Levels of 576, 144 and 36 positions: attention goes both its ways, and so do convolutions of
     * single pixels. Two heads, groups that do not divide the channels.
     */
    private static UNetConfig config(UNetConfig.Padding padding, double dropout) {
        return new UNetConfig(
                24,
                2,
                6,
                List.of(1, 2, 2),
                1,
                new UNetConfig.Attention(Set.of(24, 12, 6), 2),
                new UNetConfig.Norm(4, 1e-6),
                dropout,
                padding);
    }

    @AfterEach
    void close() {
        if (net != null) {
            net.close();
        }
    }

    private NDArray images() {
        Shape shape = new Shape(STEPS.length, 2, 24, 24);
        return Tensors.normal(work, shape, new SplittableRandom(5));
    }

    private float[] output(NoisePredictor of) {
        return NoGradient.get(() -> Tensors.floats(of.predict(images(), STEPS)));
    }

    /** The gradient of the product of the output with fixed random numbers. */
    private Map<String, float[]> gradients(NoisePredictor of) {
        NDArray x = images();
        NDArray factors = Tensors.normal(work, x.getShape(), new SplittableRandom(6));
        net.weights().zeroGradients();
        try (GradientCollector collector = Compute.engine().newGradientCollector()) {
            collector.backward(of.predict(x, STEPS).mul(factors).sum());
        }
        Map<String, float[]> all = new LinkedHashMap<>();
        NDArray gradient = net.weights().gradient(work);
        assertEquals(DataType.FLOAT32, gradient.getDataType());
        float[] values = Tensors.floats(gradient);
        for (String name : net.weights().names()) {
            int from = net.weights().offset(name);
            int to = from + (int) net.weights().get(name).size();
            all.put(name, Arrays.copyOfRange(values, from, to));
        }
        return all;
    }

    private static double distance(float[] a, float[] b) {
        assertEquals(b.length, a.length);
        return UNetTest.distance(a, b, 0, b.length);
    }

    private static void assertRounded(double distance, double most, String what) {
        assertTrue(distance < most, what + " differs by " + distance);
        assertTrue(distance > 1e-4, what + " is not rounded: " + distance);
    }

    @ParameterizedTest
    @EnumSource(UNetConfig.Padding.class)
    void theOutputIsThatOfFloat32ButForRounding(UNetConfig.Padding padding) {
        open(padding, 0);
        assertRounded(distance(output(rounded), output(net)), 0.03, "the output");
    }

    @Test
    void soIsEveryGradient() {
        Map<String, float[]> exact = gradients(net);
        Map<String, float[]> found = gradients(rounded);
        exact.forEach(
                (name, gradient) -> {
                    double distance = distance(found.get(name), gradient);
                    assertRounded(distance, 0.1, "the gradient of " + name);
                });
    }

    @ParameterizedTest
    @EnumSource(UNetConfig.Padding.class)
    void theWholePassAnswersWhatTheSingleCallsAnswer(UNetConfig.Padding padding) {
        open(padding, 0);
        assertArrayEquals(output(rounded.watched((part, output) -> {})), output(rounded));
    }

    @Test
    void whatPassesBetweenLayersIsRoundedAndToldAsFloat32() {
        Map<String, float[]> told = new LinkedHashMap<>();
        output(
                rounded.watched(
                        (part, output) -> {
                            assertEquals(DataType.FLOAT32, output.getDataType());
                            told.put(part, Tensors.floats(output));
                        }));
        assertTrue(told.size() > 60, told.keySet().toString());
        told.forEach(
                (part, values) -> {
                    boolean embedding = part.contains("time");
                    assertEquals(!embedding, isRounded(values), part);
                });
    }

    private static boolean isRounded(float[] values) {
        for (float value : values) {
            if ((Float.floatToRawIntBits(value) & 0xFFFF) != 0) {
                return false;
            }
        }
        return true;
    }

    /** In bfloat16 a sum of ones ends at 256, since 257 is none of its numbers. */
    @Test
    void aNormAddsInFloat32() {
        Bfloat16Ops ops = new Bfloat16Ops(work, net.config());
        float[] values = new float[64 * 64];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = 3 + random.nextInt(2); // both are numbers of bfloat16
        }
        NDArray x = Tensors.of(work, values, new Shape(1, 1, 64, 64));
        NDArray one = work.ones(new Shape(1));
        NDArray zero = work.zeros(new Shape(1));
        float[] found =
                NoGradient.get(
                        () -> {
                            NDArray same = ops.pointwise(x, one.reshape(1, 1, 1, 1), zero);
                            return Tensors.floats(ops.float32(ops.groupNorm(same, one, zero, 1)));
                        });
        double mean = mean(values);
        for (int i = 0; i < values.length; i++) {
            double wanted = (values[i] - mean) / Math.sqrt((mean - 3) * (4 - mean)); // Bernoulli
            assertEquals(wanted, found[i], 2 * UNIT * Math.abs(wanted));
        }
    }

    private static double mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    @Test
    void otherWeightsAreComputedInTheSamePrecision() {
        try (Weights copy = net.weights().copy()) {
            UNet other = rounded.withWeights(copy);
            assertEquals(Precision.BFLOAT16, other.precision());
            assertArrayEquals(output(rounded), output(other));
            TinyModel.shake(net, 5);
            assertFalse(Arrays.equals(output(rounded), output(other)));
        }
    }

    @Test
    void itIsAViewOfTheSameParameters() {
        assertEquals(Precision.FLOAT32, net.precision());
        assertSame(net.weights(), rounded.weights());
        assertSame(net, net.withPrecision(Precision.FLOAT32));
        assertArrayEquals(output(net), output(rounded.withPrecision(Precision.FLOAT32)));
        assertFalse(net.toString().contains("bfloat16"), net.toString());
        assertTrue(rounded.toString().contains("bfloat16"), rounded.toString());
    }

    @Test
    void dropoutActsInTrainingAlone() {
        open(UNetConfig.Padding.END, 0.5);
        assertArrayEquals(output(rounded), output(rounded));
        assertFalse(Arrays.equals(output(rounded.training()), output(rounded.training())));
    }

    @Test
    void noArrayIsLeftBehind() {
        NDArray x = images();
        NoisePredictor watched = rounded.watched((part, output) -> {});
        for (NoisePredictor way : List.of(rounded, watched)) {
            NoGradient.run(() -> way.predict(x, STEPS).close()); // the first call makes functions
            int before = work.getManagedArrays().size();
            NoGradient.run(() -> way.predict(x, STEPS).close());
            assertEquals(before, work.getManagedArrays().size());
        }
    }

    @Test
    void itLearnsWhatFloat32Learns() {
        double[] exact = losses(Precision.FLOAT32);
        double[] found = losses(Precision.BFLOAT16);
        assertTrue(exact[1] < 0.9 * exact[0], "it learns little: " + Arrays.toString(exact));
        assertNotEquals(exact[1], found[1]);
        assertEquals(exact[0], found[0], 0.01 * exact[0]);
        assertEquals(exact[1], found[1], 0.02 * exact[1]);
    }

    /** The mean loss of the first and of the last twenty steps. */
    private static double[] losses(Precision precision) {
        double[] sums = new double[2];
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu())) {
            UNet view = net.withPrecision(precision);
            Trainer trainer = TinyModel.trainer(view, TinyModel.simple(view), Optional.empty());
            trainer.run(
                    300,
                    TinyModel.DATA,
                    step -> {
                        if (step.number() <= 20 || step.number() > 280) {
                            sums[step.number() <= 20 ? 0 : 1] += step.loss() / 20;
                        }
                    });
        }
        return sums;
    }

    @ParameterizedTest
    @CsvSource({
        "'flags\t\t: fpu avx512f avx512_bf16 clflush', BFLOAT16",
        "'flags\t\t: fpu amx_bf16', BFLOAT16",
        "'flags\t\t: fpu avx512f avx_bf16_not', FLOAT32",
        "'model name\t: avx512_bf16', FLOAT32",
        "'', FLOAT32"
    })
    void aCpuIsAskedWhetherItMultipliesBfloat16(String cpuInfo, Precision wanted) {
        assertEquals(wanted, Precision.ofCpuInfo(("processor\t: 0\n" + cpuInfo).lines()));
    }

    @Test
    void aPrecisionHasAName() {
        assertEquals(Precision.BFLOAT16, Precision.of("bfloat16"));
        assertEquals(Precision.FLOAT32, Precision.of("float32"));
        assertMessage("float32 or bfloat16, got half", () -> Precision.of("half"));
    }

    @Test
    void theAutomaticOneIsFloat32OnAGpu() {
        assertEquals(Precision.FLOAT32, Precision.automatic(Device.gpu()));
    }
}
