package ddpm.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WholePassTest {

    /** Kernels for a slice may sum in another order than those for the batch. */
    private static final float ROUNDING = 1e-5f;

    /** Three levels, attention on two, two heads, groups that do not divide the channels. */
    private static UNetConfig config(UNetConfig.Padding padding, double dropout) {
        return new UNetConfig(
                8,
                2,
                12,
                List.of(1, 2, 2),
                1,
                new UNetConfig.Attention(Set.of(8, 4), 2),
                new UNetConfig.Norm(8, 1e-6),
                dropout,
                padding);
    }

    private static NDArray images(NDManager manager, UNetConfig config, int count) {
        int size = config.imageSize();
        Shape shape = new Shape(count, config.imageChannels(), size, size);
        return Tensors.normal(manager, shape, new SplittableRandom(5));
    }

    private static int[] steps(int count) {
        return new SplittableRandom(6).ints(count, 1, 1001).toArray();
    }

    private static float[] whole(UNet net, NDArray x) {
        int[] t = steps((int) x.getShape().get(0));
        return NoGradient.get(() -> Tensors.floats(net.predict(x, t)));
    }

    /** The same by one call of the engine after the other, for the whole batch. */
    private static float[] callByCall(UNet net, NDArray x) {
        int[] t = steps((int) x.getShape().get(0));
        var watched = net.watched((part, output) -> {});
        return NoGradient.get(() -> Tensors.floats(watched.predict(x, t)));
    }

    @ParameterizedTest
    @CsvSource({"END, 0, 1", "END, 0, 33", "END, 0, 70", "BOTH, 0, 5", "END, 0.5, 5"})
    void itAnswersWhatTheSingleCallsAnswer(UNetConfig.Padding padding, double dropout, int count) {
        try (UNet net = UNet.create(config(padding, dropout), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            TinyModel.shake(net, 4);
            NDArray x = images(work, net.config(), count);
            assertArrayEquals(callByCall(net, x), whole(net, x), ROUNDING);
        }
    }

    /** The output, the gradient of its weighted sum by the parameters, and that by the images. */
    private static List<float[]> differentiated(UNet net, NoisePredictor way, NDArray images) {
        try (NDManager work = net.manager().newSubManager()) {
            NDArray x = Tensors.copy(work, images);
            x.setRequiresGradient(true);
            NDArray factors = Tensors.normal(work, x.getShape(), new SplittableRandom(8));
            int[] t = steps((int) x.getShape().get(0));
            Compute.engine().setRandomSeed(9);
            net.weights().zeroGradients();
            NDArray y;
            try (GradientCollector collector = Compute.engine().newGradientCollector()) {
                y = way.predict(x, t);
                collector.backward(y.mul(factors).sum());
            }
            float[] byWeights = Tensors.floats(net.weights().gradient(work));
            return List.of(Tensors.floats(y), byWeights, Tensors.floats(x.getGradient()));
        }
    }

    private static void assertSame(List<float[]> want, List<float[]> got) {
        for (int i = 0; i < want.size(); i++) {
            assertArrayEquals(want.get(i), got.get(i));
        }
    }

    @ParameterizedTest
    @EnumSource(UNetConfig.Padding.class)
    void itsGradientsAreThoseOfTheSingleCalls(UNetConfig.Padding padding) {
        try (UNet net = UNet.create(config(padding, 0.5), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            TinyModel.shake(net, 4);
            NDArray x = images(work, net.config(), 5);
            List<float[]> whole = differentiated(net, net, x);
            assertSame(differentiated(net, net.watched((part, output) -> {}), x), whole);
            assertArrayEquals(whole(net, x), whole.get(0));
        }
    }

    @Test
    void inTrainingItDropsWhatTheSingleCallsDrop() {
        UNetConfig config = config(UNetConfig.Padding.END, 0.5);
        try (UNet net = UNet.create(config, 3, Device.cpu());
                UNet single = UNet.create(config, 3, Device.cpu(), m -> new TorchOps(m, config));
                NDManager work = net.manager().newSubManager()) {
            TinyModel.shake(net, 4);
            TinyModel.shake(single, 4);
            NDArray x = images(work, config, 5);
            List<float[]> whole = differentiated(net, net.training(), x);
            assertSame(differentiated(single, single.training(), x), whole);
            assertFalse(Arrays.equals(differentiated(net, net, x).get(0), whole.get(0)));
        }
    }

    @Test
    void gradientsOfTwoPassesAddUp() {
        try (UNet net = UNet.create(config(UNetConfig.Padding.END, 0), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            TinyModel.shake(net, 4);
            NDArray x = images(work, net.config(), 2);
            float[] one = differentiated(net, net, x).get(1);
            try (GradientCollector collector = Compute.engine().newGradientCollector()) {
                NDArray factors = Tensors.normal(work, x.getShape(), new SplittableRandom(8));
                collector.backward(net.predict(x, steps(2)).mul(factors).sum());
            }
            float[] two = Tensors.floats(net.weights().gradient(work));
            for (int i = 0; i < one.length; i++) {
                assertEquals(2 * one[i], two[i], ROUNDING * Math.abs(one[i]));
            }
        }
    }

    @Test
    void singleCallsThatRecordGradientsLeaveNoArrayBehind() {
        try (UNet net = UNet.create(config(UNetConfig.Padding.END, 0), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            NDArray x = images(work, net.config(), 2);
            int before = net.weights().manager().getManagedArrays().size();
            differentiated(net, net.watched((part, output) -> {}), x);
            assertEquals(before, net.weights().manager().getManagedArrays().size());
        }
    }

    @Test
    void fewerImagesPassAtOnceWhereTheyAreLarge() {
        UNetConfig wide = UNetConfig.MNIST.withChannels(64, 1, 2, 2);
        assertEquals(1, WholePass.slices(64, UNetConfig.MNIST, Precision.FLOAT32));
        assertEquals(2, WholePass.slices(65, UNetConfig.MNIST, Precision.FLOAT32));
        assertEquals(1, WholePass.slices(41, wide, Precision.FLOAT32)); // of 200,704 bytes
        assertEquals(2, WholePass.slices(42, wide, Precision.FLOAT32));
        assertEquals(1, WholePass.slices(64, wide, Precision.BFLOAT16));
        assertEquals(4, WholePass.slices(64, UNetConfig.CIFAR10, Precision.FLOAT32));
        assertEquals(1, WholePass.slices(31, UNetConfig.CIFAR10, Precision.FLOAT32));
        assertEquals(1, WholePass.slices(1, wide, Precision.FLOAT32));
    }

    @Test
    void slicesOfLargeImagesAnswerWhatTheBatchAnswers() {
        UNetConfig wide = UNetConfig.MNIST.withChannels(64, 1, 2);
        try (UNet net = UNet.create(wide, 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            TinyModel.shake(net, 4);
            NDArray x = images(work, wide, 50);
            float[] want = callByCall(net, x);
            assertTrue(UNetTest.distance(whole(net, x), want, 0, want.length) < ROUNDING);
        }
    }

    @Test
    void changedWeightsAndOtherWeightsAreSeen() {
        try (UNet net = UNet.create(config(UNetConfig.Padding.END, 0), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            NDArray x = images(work, net.config(), 2);
            float[] zero = whole(net, x); // the last convolution starts at 0
            TinyModel.shake(net, 4);
            float[] shaken = whole(net, x);
            assertFalse(Arrays.equals(zero, shaken));
            try (Weights copy = net.weights().copy()) {
                UNet other = net.withWeights(copy);
                assertArrayEquals(shaken, whole(other, x));
                TinyModel.shake(net, 4);
                assertArrayEquals(shaken, whole(other, x));
                assertFalse(Arrays.equals(shaken, whole(net, x)));
            }
        }
    }

    @Test
    void itLeavesItsInputAndNoArrayBehind() {
        try (UNet net = UNet.create(config(UNetConfig.Padding.END, 0), 3, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            NDArray x = images(work, net.config(), 70);
            float[] before = Tensors.floats(x);
            NoGradient.run(() -> net.predict(x, steps(70)));
            assertArrayEquals(before, Tensors.floats(x));
            assertEquals(2, work.getManagedArrays().size()); // the input and the output
        }
    }
}
