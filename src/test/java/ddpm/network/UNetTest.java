package ddpm.network;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.loss.NoisePredictor;
import ddpm.reference.TinyModel;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class UNetTest {

    /** Two levels, attention on both, two heads, groups that do not divide the channels. */
    private static final UNetConfig TINY =
            new UNetConfig(
                    8,
                    2,
                    12,
                    List.of(1, 2),
                    1,
                    new UNetConfig.Attention(Set.of(8, 4), 2),
                    new UNetConfig.Norm(8, 1e-6),
                    0,
                    UNetConfig.Padding.END);

    private static NDManager manager;

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static NDArray random(long seed, long... shape) {
        SplittableRandom random = new SplittableRandom(seed);
        Shape s = new Shape(shape);
        float[] values = new float[(int) s.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.of(manager, values, s);
    }

    private static UNet plain(UNetConfig config, UNet like) {
        UNet net = UNet.create(config, 1, Device.cpu(), m -> new PlainOps(m, config));
        net.weights().set(like.weights().flat().toFloatArray());
        return net;
    }

    /** The output, and then the gradient of its product with fixed random numbers. */
    private static float[][] outputAndGradient(UNet net, NDArray x, int[] t) {
        net.weights().zeroGradients();
        try (GradientCollector collector = Compute.engine().newGradientCollector()) {
            NDArray y = net.predict(x, t);
            NDArray loss = y.mul(random(77, y.getShape().getShape())).sum();
            System.gc(); // a scalar that lives in a freed Java buffer would show here
            collector.backward(loss);
            return new float[][] {y.toFloatArray(), net.weights().gradient(manager).toFloatArray()};
        }
    }

    /** ‖a − b‖ / ‖b‖ over a range. */
    static double distance(float[] a, float[] b, int from, int to) {
        double difference = 0;
        double size = 0;
        for (int i = from; i < to; i++) {
            difference += Math.pow(a[i] - b[i], 2);
            size += Math.pow(b[i], 2);
        }
        return Math.sqrt(difference / Math.max(size, 1e-30));
    }

    private static void assertAgreesWithPlainOps(UNetConfig config, NDArray x, int[] t) {
        try (UNet net = UNet.create(config, 3, Device.cpu())) {
            TinyModel.shake(net, 4);
            try (UNet oracle = plain(config, net)) {
                float[][] got = outputAndGradient(net, x, t);
                float[][] want = outputAndGradient(oracle, x, t);
                assertTrue(
                        distance(got[0], want[0], 0, want[0].length) < 1e-5,
                        "output differs by " + distance(got[0], want[0], 0, want[0].length));
                int from = 0;
                for (String name : net.weights().names()) {
                    int to = from + (int) net.weights().get(name).size();
                    double d = distance(got[1], want[1], from, to);
                    assertTrue(d < 1e-4, "gradient of " + name + " differs by " + d);
                    from = to;
                }
                assertEquals(net.weights().count(), from);
            }
        }
    }

    @Test
    void thePapersCifar10NetworkHas35746307Parameters() {
        assertEquals(35_746_307, UNetConfig.CIFAR10.parameters());
    }

    @Test
    void outputsAndAllGradientsAgreeWithPlainOps() {
        assertAgreesWithPlainOps(TINY, random(5, 3, 2, 8, 8), new int[] {1, 17, 1000});
    }

    @Test
    void theMnistNetworkAgreesWithPlainOps() {
        assertAgreesWithPlainOps(UNetConfig.MNIST, random(6, 2, 1, 28, 28), new int[] {2, 500});
    }

    @Test
    void paddingOnBothSidesAgreesWithPlainOpsAndDiffersFromPaddingAtTheEnd() {
        UNetConfig both =
                new UNetConfig(
                        8,
                        2,
                        12,
                        TINY.multipliers(),
                        1,
                        TINY.attention(),
                        TINY.norm(),
                        0,
                        UNetConfig.Padding.BOTH);
        NDArray x = random(5, 3, 2, 8, 8);
        int[] t = {1, 17, 1000};
        assertAgreesWithPlainOps(both, x, t);
        try (UNet a = UNet.create(both, 3, Device.cpu());
                UNet b = UNet.create(TINY, 3, Device.cpu())) {
            TinyModel.shake(a, 4);
            TinyModel.shake(b, 4);
            assertFalse(Arrays.equals(output(a, x, t), output(b, x, t)));
        }
    }

    private static float[] output(NoisePredictor net, NDArray x, int[] t) {
        try (NDArray y = NoGradient.get(() -> net.predict(x, t))) {
            return y.toFloatArray();
        }
    }

    @Test
    void gradientsAgreeWithFiniteDifferences() {
        NDArray x = random(8, 2, 2, 8, 8);
        int[] t = {3, 400};
        try (UNet net = UNet.create(TINY, 5, Device.cpu())) {
            TinyModel.shake(net, 6);
            float[] gradient = outputAndGradient(net, x, t)[1];
            float[] start = net.weights().flat().toFloatArray();
            float[] direction = new float[start.length];
            SplittableRandom random = new SplittableRandom(9);
            double slope = 0;
            for (int i = 0; i < direction.length; i++) {
                direction[i] = (float) random.nextGaussian();
                slope += gradient[i] * direction[i];
            }
            double measured =
                    (lossAlong(net, start, direction, 1e-3, x, t)
                                    - lossAlong(net, start, direction, -1e-3, x, t))
                            / 2e-3;
            // float32 with steps of 1e-3: a few parts in a thousand at best
            assertEquals(slope, measured, 0.01 * Math.abs(slope));
        }
    }

    private static double lossAlong(
            UNet net, float[] start, float[] direction, double h, NDArray x, int[] t) {
        float[] moved = start.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (h * direction[i]);
        }
        net.weights().set(moved);
        float[] y = output(net, x, t);
        float[] w = random(77, x.getShape().getShape()).toFloatArray();
        return IntStream.range(0, y.length).mapToDouble(i -> (double) y[i] * w[i]).sum();
    }

    @Test
    void aNewNetworkPredictsZero() {
        try (UNet net = UNet.create(TINY, 5, Device.cpu())) {
            for (float v : output(net, random(1, 2, 2, 8, 8), new int[] {1, 9})) {
                assertEquals(0, v);
            }
        }
    }

    @Test
    void theEmbeddingCountsFromZero() {
        float[] first = TimeEmbedding.of(new int[] {1}, 8);
        assertEquals(
                "[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]", Arrays.toString(first)); // t - 1 = 0
        float[] second = TimeEmbedding.of(new int[] {1, 3}, 8);
        assertEquals(Math.sin(2), second[8], 1e-7);
        assertEquals(Math.sin(2e-4), second[11], 1e-11); // the lowest frequency is 1e-4
        assertEquals(Math.cos(2), second[12], 1e-7);
    }

    @Test
    void theSameSeedGivesTheSameNetwork() {
        try (UNet a = UNet.create(TINY, 5, Device.cpu());
                UNet b = UNet.create(TINY, 5, Device.cpu());
                UNet c = UNet.create(TINY, 6, Device.cpu())) {
            float[] values = a.weights().flat().toFloatArray();
            assertTrue(Arrays.equals(values, b.weights().flat().toFloatArray()));
            assertFalse(Arrays.equals(values, c.weights().flat().toFloatArray()));
        }
    }

    @Test
    void eachImageIsTreatedAlone() {
        try (UNet net = UNet.create(TINY, 5, Device.cpu())) {
            TinyModel.shake(net, 6);
            NDArray x = random(1, 2, 2, 8, 8);
            float[] both = output(net, x, new int[] {4, 90});
            float[] second = output(net, x.get("1:2"), new int[] {90});
            assertTrue(
                    distance(Arrays.copyOfRange(both, second.length, both.length), second, 0, 128)
                            < 1e-5);
        }
    }

    @Test
    void givenParametersAreCopied() {
        float[] given = Tensors.floats(random(8, TINY.parameters()));
        float[] want = given.clone();
        try (UNet net = UNet.create(TINY, given, Device.cpu())) {
            given[0]++;
            assertArrayEquals(want, Tensors.floats(net.weights().flat()));
        }
    }

    @Test
    void anotherNumberOfParametersIsRefused() {
        float[] few = new float[TINY.parameters() - 1];
        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> UNet.create(TINY, few, Device.cpu()));
        assertEquals(
                "need " + TINY.parameters() + " parameters, got " + few.length, error.getMessage());
    }

    @Test
    void dropoutActsInTrainingAlone() {
        UNetConfig drops =
                new UNetConfig(
                        8,
                        2,
                        12,
                        TINY.multipliers(),
                        1,
                        TINY.attention(),
                        TINY.norm(),
                        0.5,
                        TINY.downsampling());
        try (UNet net = UNet.create(drops, 5, Device.cpu())) {
            TinyModel.shake(net, 6);
            NDArray x = random(1, 2, 2, 8, 8);
            int[] t = {4, 90};
            assertTrue(Arrays.equals(output(net, x, t), output(net, x, t)));
            float[] one = output(net.training(), x, t);
            assertFalse(Arrays.equals(one, output(net.training(), x, t)));
            Compute.engine().setRandomSeed(12);
            float[] seeded = output(net.training(), x, t);
            Compute.engine().setRandomSeed(12);
            assertTrue(Arrays.equals(seeded, output(net.training(), x, t)));
        }
    }

    @Test
    void aPredictionKeepsNoArrayOpenButItsResult() {
        try (UNet net = UNet.create(TINY, 5, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            NDArray x = work.zeros(new Shape(2, 2, 8, 8));
            NoGradient.run(() -> net.predict(x, new int[] {1, 2}));
            assertEquals(2, work.getManagedArrays().size(), "x and the result");
        }
    }

    @Test
    void badInputIsNamed() {
        try (UNet net = UNet.create(TINY, 5, Device.cpu())) {
            NDArray x = random(1, 2, 2, 8, 8);
            assertMessage("got (2, 1, 8, 8)", () -> net.predict(random(1, 2, 1, 8, 8), ints(1, 1)));
            assertMessage("got (2, 2, 8)", () -> net.predict(random(1, 2, 2, 8), ints(1, 1)));
            assertMessage("for each of 2 images, got 1", () -> net.predict(x, ints(1)));
            assertMessage("t must be >= 1, got 0", () -> net.predict(x, ints(3, 0)));
        }
        assertMessage("t must be >= 1, got -2", () -> TimeEmbedding.of(ints(3, -2), 8));
        assertMessage("even and >= 4, got 5", () -> TimeEmbedding.of(ints(3), 5));
        assertMessage("got 3", () -> UNetConfig.MNIST.withChannels(3, 1, 2));
        assertMessage(
                "multiple of 4 for 3 levels, got 30", () -> UNetConfig.MNIST.withImages(30, 1));
        assertMessage("got NaN", () -> new UNetConfig.Norm(8, Double.NaN));
        assertMessage("got 0", () -> new UNetConfig.Attention(Set.of(), 0));
    }

    private static int[] ints(int... values) {
        return values;
    }
}
