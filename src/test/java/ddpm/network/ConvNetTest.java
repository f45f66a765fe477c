package ddpm.network;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import ddpm.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The classifier against loops in plain Java. */
class ConvNetTest {

    private static final ConvNetConfig TINY =
            new ConvNetConfig(4, 1, List.of(4, 4), 3, 2, new UNetConfig.Norm(2, 1e-5), 0.5);

    private ConvNet net;
    private NDArray image;

    @BeforeEach
    void open() {
        net = ConvNet.create(TINY, 1, Device.cpu());
        SplittableRandom random = new SplittableRandom(2);
        float[] values = Tensors.floats(net.weights().flat());
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.3 * random.nextGaussian()); // in those too that start at 0 or 1
        }
        net.weights().set(values);
        image = Tensors.normal(net.manager(), new Shape(1, 1, 4, 4), random);
    }

    @AfterEach
    void close() {
        net.close();
    }

    private double[] weight(String name) {
        return Tensors.doubles(net.weights().get(name));
    }

    /** A 3×3 convolution with one pixel of zeros around x (C, H, W). */
    private double[][][] conv(String name, double[][][] x, int out, int stride) {
        double[] w = weight(name + ".weight");
        double[] b = weight(name + ".bias");
        int size = x[0].length / stride;
        double[][][] y = new double[out][size][size];
        for (int o = 0; o < out; o++) {
            for (int r = 0; r < size; r++) {
                for (int c = 0; c < size; c++) {
                    y[o][r][c] = b[o];
                    for (int k = 0; k < x.length * 9; k++) {
                        int row = r * stride + k % 9 / 3 - 1;
                        int column = c * stride + k % 3 - 1;
                        if (Math.min(row, column) >= 0 && Math.max(row, column) < x[0].length) {
                            y[o][r][c] += w[o * x.length * 9 + k] * x[k / 9][row][column];
                        }
                    }
                }
            }
        }
        return y;
    }

    /** Two groups, each brought to mean 0 and variance 1, a gain and an offset, SiLU. */
    private double[][][] normSilu(String name, double[][][] x) {
        double[] gamma = weight(name + ".norm.gamma");
        double[] beta = weight(name + ".norm.beta");
        int half = x.length / 2;
        for (int g = 0; g < 2; g++) {
            double[] group =
                    Arrays.stream(x, g * half, (g + 1) * half)
                            .flatMap(Arrays::stream)
                            .flatMapToDouble(Arrays::stream)
                            .toArray();
            double mean = Arrays.stream(group).average().orElseThrow();
            double variance =
                    Arrays.stream(group).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
            for (int c = g * half; c < (g + 1) * half; c++) {
                for (double[] row : x[c]) {
                    for (int i = 0; i < row.length; i++) {
                        double unit = (row[i] - mean) / Math.sqrt(variance + 1e-5);
                        row[i] = silu(unit * gamma[c] + beta[c]);
                    }
                }
            }
        }
        return x;
    }

    private static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    private double[] linear(String name, double[] x) {
        double[] y = weight(name + ".bias");
        double[] w = weight(name + ".weight");
        for (int i = 0; i < w.length; i++) {
            y[i / x.length] += w[i] * x[i % x.length];
        }
        return y;
    }

    private double[] featuresByLoops() {
        double[] flat = Tensors.doubles(image);
        double[][][] x = new double[1][4][4];
        for (int i = 0; i < 16; i++) {
            x[0][i / 4][i % 4] = flat[i];
        }
        x = normSilu("level.0.conv", conv("level.0.conv", x, 4, 1));
        x = normSilu("level.1.halve", conv("level.1.halve", x, 4, 2));
        x = normSilu("level.1.conv", conv("level.1.conv", x, 4, 1));
        double[] all =
                Arrays.stream(x).flatMap(Arrays::stream).flatMapToDouble(Arrays::stream).toArray();
        return Arrays.stream(linear("features", all)).map(ConvNetTest::silu).toArray();
    }

    @Test
    void itAgreesWithLoops() {
        NDArray features = net.features(image);
        assertEquals(new Shape(1, 3), features.getShape());
        assertArrayEquals(featuresByLoops(), Tensors.doubles(features), 2e-6);
        double[] logits = linear("last", featuresByLoops());
        assertArrayEquals(logits, Tensors.doubles(net.logits(features)), 5e-6);
    }

    @Test
    void itsParametersAreThoseOfItsConfiguration() {
        assertEquals(net.weights().names(), List.copyOf(TINY.parameterShapes().keySet()));
        int size = TINY.parameterShapes().values().stream().mapToInt(s -> (int) s.size()).sum();
        assertEquals(net.weights().count(), size);
    }

    @Test
    void trainingDropsFeaturesOut() {
        float[] plain = Tensors.floats(net.logits(net.features(image)));
        boolean differs = false;
        for (int i = 0; i < 20; i++) {
            differs |= !Arrays.equals(plain, Tensors.floats(net.training(image)));
        }
        assertTrue(differs);
        assertArrayEquals(plain, Tensors.floats(net.logits(net.features(image))));
    }

    /** Every layer has a gradient, and along it the output changes as it says. */
    @Test
    void theGradientIsThatOfFiniteDifferences() {
        float[] gradient;
        try (GradientCollector collector = Compute.engine().newGradientCollector()) {
            collector.backward(net.logits(net.features(image)).sum());
            gradient = Tensors.floats(net.weights().gradient(net.manager()));
        }
        int from = 0;
        for (String name : net.weights().names()) {
            int to = from + (int) net.weights().get(name).size();
            float[] part = Arrays.copyOfRange(gradient, from, to);
            double square = 0;
            for (float g : part) {
                square += (double) g * g;
            }
            assertFalse(square == 0, name);
            double step = 1e-2 / Math.sqrt(square);
            double slope = (along(part, from, step) - along(part, from, -step)) / (2 * step);
            assertEquals(1, slope / square, 1e-2, name);
            from = to;
        }
    }

    private double along(float[] direction, int from, double step) {
        float[] before = Tensors.floats(net.weights().flat());
        float[] moved = before.clone();
        for (int i = 0; i < direction.length; i++) {
            moved[from + i] += (float) (step * direction[i]);
        }
        net.weights().set(moved);
        double sum = Arrays.stream(Tensors.doubles(net.logits(net.features(image)))).sum();
        net.weights().set(before);
        return sum;
    }

    @Test
    void badSettingsAndImagesAreRefused() {
        var norm = new UNetConfig.Norm(2, 1e-5);
        assertMessage(
                "multiple of 2 for 2 levels, got 5",
                () -> new ConvNetConfig(5, 1, List.of(2, 4), 3, 2, norm, 0));
        assertMessage("got NaN", () -> new ConvNetConfig(4, 1, List.of(2), 3, 2, norm, Double.NaN));
        NDArray large = net.manager().zeros(new Shape(1, 1, 8, 8));
        assertMessage(
                "images must be (N, 1, 4, 4) with N >= 1, got (1, 1, 8, 8)",
                () -> net.features(large));
    }
}
