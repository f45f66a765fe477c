package ddpm.training;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.network.Weights;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdamWTest {

    private static final int STEPS = 7;

    /** Alg. 2 of Loshchilov and Hutter (2019) in doubles, for one parameter. */
    private static double byHand(double p, float[] gradients, AdamW.Settings s, double rate) {
        double m = 0;
        double v = 0;
        for (int k = 1; k <= gradients.length; k++) {
            double g = gradients[k - 1];
            m = s.beta1() * m + (1 - s.beta1()) * g;
            v = s.beta2() * v + (1 - s.beta2()) * g * g;
            double mHat = m / (1 - Math.pow(s.beta1(), k));
            double vHat = v / (1 - Math.pow(s.beta2(), k));
            p -= rate * (mHat / (Math.sqrt(vHat) + s.epsilon()) + s.decay() * p);
        }
        return p;
    }

    private static void assertFollowsTheFormula(AdamW.Settings settings, double rate) {
        try (UNet net = UNet.create(UNetConfig.MNIST.withChannels(4, 1, 1, 1), 1, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            Weights weights = net.weights();
            float[] before = weights.flat().toFloatArray();
            float[][] gradients = new float[STEPS][before.length];
            SplittableRandom random = new SplittableRandom(2);
            AdamW adam = new AdamW(weights, settings);
            for (float[] g : gradients) {
                IntStream.range(0, g.length).forEach(i -> g[i] = (float) random.nextGaussian());
                adam.step(Tensors.of(work, g, new Shape(g.length)), rate);
            }
            float[] after = weights.flat().toFloatArray();
            for (int i = 0; i < before.length; i += 97) {
                int index = i;
                float[] own = new float[STEPS];
                IntStream.range(0, STEPS).forEach(k -> own[k] = gradients[k][index]);
                double want = byHand(before[i], own, settings, rate);
                assertTrue(Math.abs(want - before[i]) > 1e-5, "parameter " + i + " must move");
                assertEquals(want, after[i], 2e-6, "parameter " + i);
            }
        }
    }

    @Test
    void stepsFollowTheFormulaWithThePapersSettings() {
        assertFollowsTheFormula(AdamW.Settings.DDPM, 1e-3);
    }

    @Test
    void stepsFollowTheFormulaWithWeightDecay() {
        assertFollowsTheFormula(new AdamW.Settings(0.8, 0.99, 1e-6, 0.1), 1e-2);
    }

    @Test
    void badArgumentsAreNamed() {
        try (UNet net = UNet.create(UNetConfig.MNIST.withChannels(4, 1, 1, 1), 1, Device.cpu());
                NDManager work = net.manager().newSubManager()) {
            AdamW adam = new AdamW(net.weights());
            NDArray right = work.zeros(net.weights().flat().getShape());
            assertMessage("the gradient is (3)", () -> adam.step(work.zeros(new Shape(3)), 1e-3));
            assertMessage("got NaN", () -> adam.step(right, Double.NaN));
            assertMessage("got Infinity", () -> adam.step(right, Double.POSITIVE_INFINITY));
            assertMessage("got 0.0", () -> adam.step(right, 0));
        }
        assertMessage("beta1 must be in [0, 1), got 1.0", () -> new AdamW.Settings(1, 0, 1e-8, 0));
        assertMessage("got NaN", () -> new AdamW.Settings(0.9, 0.99, Double.NaN, 0));
    }
}
