package ddpm.training;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.loss.DiffusionLoss;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.reference.TinyModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainerTest {

    static final UNetConfig TINY = TinyModel.CONFIG;

    /** Two kinds of images, all -½ and all ½, and a little noise. */
    static final Batches DATA =
            (manager, step) -> {
                SplittableRandom random = new SplittableRandom(step);
                float[] pixels = new float[8 * 16];
                for (int i = 0; i < pixels.length; i++) {
                    double level = i / 16 % 2 == 0 ? -0.5 : 0.5;
                    pixels[i] = (float) (level + 0.05 * random.nextGaussian());
                }
                return Tensors.of(manager, pixels, new Shape(8, 1, 4, 4));
            };

    static Trainer trainer(UNet net, double rate, Optional<MovingAverage> average) {
        return new Trainer(
                net.weights(),
                new NoiseObjective(DiffusionLoss.simple(TinyModel.FORWARD), net.training(), 10),
                new Trainer.Settings(LearningRate.constant(rate), 1, 5),
                average);
    }

    private static float[] weightsAfter(int... runs) {
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            Trainer trainer = trainer(net, 2e-3, Optional.empty());
            for (int steps : runs) {
                trainer.run(steps, DATA, p -> {});
            }
            return net.weights().flat().toFloatArray();
        }
    }

    @Test
    void trainingMakesTheLossSmall() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            List<Double> losses = new ArrayList<>();
            trainer(net, 5e-3, Optional.empty()).run(300, DATA, p -> losses.add(p.loss()));
            double first = losses.stream().limit(5).mapToDouble(x -> x).average().orElseThrow();
            double last = losses.stream().skip(280).mapToDouble(x -> x).average().orElseThrow();
            // An untrained network predicts 0, so its loss is about E ε² = 1.
            assertTrue(first > 0.7, "loss starts at " + first);
            assertTrue(last < 0.6 * first, "loss went from " + first + " to " + last);
        }
    }

    @Test
    void theSameSeedGivesTheSameBits() {
        assertArrayEquals(weightsAfter(20), weightsAfter(20));
    }

    @Test
    void twoShortRunsEqualOneLongRunToTheBit() {
        assertArrayEquals(weightsAfter(20), weightsAfter(7, 13));
        assertFalse(Arrays.equals(weightsAfter(20), weightsAfter(19)));
    }

    @Test
    void theListenerIsToldOfEveryStep() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            List<TrainingListener.Step> told = new ArrayList<>();
            Trainer trainer = trainer(net, 1e-3, Optional.empty());
            trainer.run(3, DATA, told::add);
            trainer.run(2, DATA, told::add);
            assertEquals(List.of(1L, 2L, 3L, 4L, 5L), told.stream().map(p -> p.number()).toList());
            assertEquals(List.of(3L, 3L, 3L, 5L, 5L), told.stream().map(p -> p.last()).toList());
            assertEquals(8, told.get(0).images());
            assertTrue(told.get(0).gradientNorm() > 0);
        }
    }

    @Test
    void interruptingStopsAfterTheCurrentStepAndTheModelTrainsOn() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            Trainer trainer = trainer(net, 1e-3, Optional.empty());
            TrainingListener stop =
                    p -> {
                        if (p.number() == 4) {
                            Thread.currentThread().interrupt();
                        }
                    };
            var e = assertThrows(TrainingStopped.class, () -> trainer.run(9, DATA, stop));
            assertTrue(e.getMessage().contains("after step 4"), e.getMessage());
            assertEquals(4, trainer.step());
            assertFalse(Thread.currentThread().isInterrupted());
            trainer.run(16, DATA, p -> {});
            assertEquals(20, trainer.step());
        }
    }

    @Test
    void aLossThatIsNotFiniteStopsBeforeItSpoilsTheWeights() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            Batches broken =
                    (manager, step) -> {
                        NDArray batch = DATA.at(manager, step);
                        return step < 3 ? batch : batch.mul(Float.NaN);
                    };
            Trainer trainer = trainer(net, 1e-3, Optional.empty());
            var e = assertThrows(TrainingStopped.class, () -> trainer.run(9, broken, p -> {}));
            assertTrue(e.getMessage().contains("loss NaN"), e.getMessage());
            assertTrue(e.getMessage().contains("at step 3"), e.getMessage());
            assertTrue(e.getMessage().contains("lower learning rate"), e.getMessage());
            for (float w : net.weights().flat().toFloatArray()) {
                assertTrue(Float.isFinite(w));
            }
            trainer.run(2, DATA, p -> assertTrue(Double.isFinite(p.loss())));
            assertEquals(4, trainer.step());
        }
    }

    @Test
    void noArrayIsLeftBehindByAStep() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.99)) {
            Trainer trainer = trainer(net, 1e-3, Optional.of(average));
            trainer.run(3, DATA, p -> {});
            int model = net.weights().manager().getManagedArrays().size();
            int averaged = average.weights().manager().getManagedArrays().size();
            int rest = net.manager().getManagedArrays().size();
            trainer.run(20, DATA, p -> {});
            assertEquals(model, net.weights().manager().getManagedArrays().size());
            assertEquals(averaged, average.weights().manager().getManagedArrays().size());
            assertEquals(rest, net.manager().getManagedArrays().size());
        }
    }

    @Test
    void theAverageFollowsItsFormula() {
        try (UNet net = UNet.create(TINY, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.2)) {
            double want = net.weights().flat().toFloatArray()[3];
            for (int k = 1; k <= 6; k++) {
                float[] values = net.weights().flat().toFloatArray();
                values[3] = k;
                net.weights().set(values);
                average.update();
                double decay = Math.min(0.2, (1.0 + k) / (10.0 + k));
                want = decay * want + (1 - decay) * k;
                assertEquals(want, average.weights().flat().toFloatArray()[3], 1e-6);
            }
        }
    }

    @Test
    void drawsDependOnSeedAndStepAndUseAlone() {
        Draws draws = new Draws(1, 2);
        assertEquals(draws.noise().nextLong(), new Draws(1, 2).noise().nextLong());
        assertNotEquals(draws.noise().nextLong(), draws.timesteps().nextLong());
        assertNotEquals(draws.noise().nextLong(), new Draws(2, 2).noise().nextLong());
        assertNotEquals(draws.noise().nextLong(), new Draws(1, 3).noise().nextLong());
        assertNotEquals(draws.engineSeed(), draws.noise().nextLong());
        assertNotEquals(new Draws(2, 1).noise().nextLong(), new Draws(1, 2).noise().nextLong());
    }

    @Test
    void stepsAreDrawnUniformlyFromOneToT() {
        int[] count = new int[11];
        int images = 0;
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            DiffusionLoss tally =
                    (network, x0, t, eps) -> {
                        Arrays.stream(t).forEach(s -> count[s]++);
                        return x0.mean();
                    };
            NoiseObjective objective = new NoiseObjective(tally, net, 10);
            NDArray batch = net.manager().zeros(new Shape(100, 1, 4, 4));
            for (int step = 1; step <= 100; step++) {
                objective.loss(batch, new Draws(9, step));
                images += 100;
            }
        }
        assertEquals(0, count[0]);
        // 5 standard errors, ten counts: over fresh seeds, correct code fails once in 170,000 runs.
        double allowed = 5 * Math.sqrt(images * 0.1 * 0.9);
        for (int t = 1; t <= 10; t++) {
            assertEquals(images / 10.0, count[t], allowed, "t = " + t);
        }
    }

    @Test
    void learningRatesFollowTheirRules() {
        LearningRate rate = LearningRate.constant(0.1).withWarmUp(4);
        assertEquals(0.025, rate.at(1), 1e-12);
        assertEquals(0.1, rate.at(4), 1e-12);
        assertEquals(0.1, rate.at(400), 1e-12);
        LearningRate decaying = LearningRate.constant(0.1).withCosineDecay(100);
        assertEquals(0.1, decaying.at(1), 1e-12);
        assertEquals(0.05, decaying.at(51), 1e-12);
        assertTrue(decaying.at(1000) > 0);
        assertMessage("got NaN", () -> LearningRate.constant(Double.NaN));
        assertMessage("got 0", () -> rate.withWarmUp(0));
    }

    @Test
    void badArgumentsAreNamed() {
        LearningRate rate = LearningRate.constant(0.1);
        assertMessage("got NaN", () -> new Trainer.Settings(rate, Double.NaN, 1));
        try (UNet net = UNet.create(TINY, 1, Device.cpu())) {
            assertMessage("got 1.0", () -> new MovingAverage(net.weights(), 1));
            Trainer trainer = trainer(net, 1e-3, Optional.empty());
            assertMessage("steps must be >= 1, got 0", () -> trainer.run(0, DATA, p -> {}));
        }
    }
}
