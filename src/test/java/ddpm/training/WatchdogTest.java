package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ddpm.Tensors;
import ddpm.network.UNet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class WatchdogTest {

    /** Notes all that it is told. */
    private static final class Notes implements TrainingListener {
        private final List<Step> steps = new ArrayList<>();
        private final List<Warning> warnings = new ArrayList<>();
        private final List<TrainingStopped> stops = new ArrayList<>();

        @Override
        public void onStep(Step step) {
            steps.add(step);
        }

        @Override
        public void onWarning(Warning warning) {
            warnings.add(warning);
        }

        @Override
        public void onStop(TrainingStopped why) {
            stops.add(why);
        }
    }

    private static List<TrainingListener.Warning> warningsFor(int steps, IntToDoubleFunction norm) {
        Notes notes = new Notes();
        Watchdog watchdog = new Watchdog(notes);
        for (int k = 1; k <= steps; k++) {
            watchdog.onStep(new TrainingListener.Step(k, steps, 1, norm.applyAsDouble(k), 8));
        }
        assertEquals(steps, notes.steps.size());
        return notes.warnings;
    }

    @Test
    void calmAndNoisyGradientsAreLeftAlone() {
        SplittableRandom random = new SplittableRandom(1);
        assertEquals(List.of(), warningsFor(2000, k -> Math.exp(random.nextGaussian())));
        assertEquals(List.of(), warningsFor(2000, k -> 3 / Math.sqrt(k))); // it falls
        assertEquals(List.of(), warningsFor(2000, k -> k % 100 == 0 ? 500 : 1)); // lone spikes
        assertEquals(List.of(), warningsFor(2000, k -> 0));
        assertEquals(List.of(), warningsFor(49, k -> Math.pow(2, k))); // too short to tell
    }

    @Test
    void anExplosionIsToldOnceWithItsStepAndWhatToTry() {
        var warnings = warningsFor(400, k -> k < 300 ? 1 : 25);
        assertEquals(1, warnings.size());
        assertEquals(302, warnings.get(0).step()); // three of five, from step 300 on
        String text = warnings.get(0).toString();
        assertTrue(text.contains("step 302") && text.contains("learning rate"), text);
        assertFalse(text.contains("\n"), text);
    }

    @Test
    void aSlowExplosionIsSeenToo() {
        assertEquals(1, warningsFor(600, k -> Math.pow(1.01, k)).size());
        assertEquals(1, warningsFor(300, k -> k < 200 ? 1 : Double.POSITIVE_INFINITY).size());
    }

    static void kill(UNet net, String parameter) {
        float[] values = Tensors.floats(net.weights().flat());
        int offset = net.weights().offset(parameter);
        int size = (int) net.weights().get(parameter).size();
        Arrays.fill(values, offset, offset + size, -1000); // SiLU of that is 0
        net.weights().set(values);
    }

    @Test
    void unitsThatDieAreToldOnceWithTheirLayer() {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu())) {
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            Notes notes = new Notes();
            Watchdog watchdog = new Watchdog(trainer, notes);
            trainer.run(400, TrainerTest.DATA, watchdog);
            assertEquals(List.of(), notes.warnings);
            assertEquals(Map.of(), DeadUnits.of(trainer).dead());
            kill(net, "down.1.0.norm2.beta");
            trainer.run(400, TrainerTest.DATA, watchdog);
            assertEquals(1, notes.warnings.size(), notes.warnings.toString());
            TrainingListener.Warning warning = notes.warnings.get(0);
            assertEquals(600, warning.step()); // 175 steps after they died, at the next look
            assertTrue(warning.what().contains("8 in down.1.0.norm2"), warning.what());
        }
    }

    @Test
    void unitsThatNeverLivedAreDead() {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu())) {
            kill(net, "down.1.0.norm2.beta");
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            trainer.run(199, TrainerTest.DATA, s -> {});
            assertEquals(0, DeadUnits.of(trainer).count()); // too early to tell
            trainer.run(1, TrainerTest.DATA, s -> {});
            DeadUnits units = DeadUnits.of(trainer);
            assertEquals(8, units.dead().get("down.1.0.norm2"));
            assertTrue(units.isTooMany() && units.units() > 100, units.toString());
        }
    }

    @Test
    void aStopIsPassedOn() {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu())) {
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            Notes first = new Notes();
            Notes second = new Notes();
            Batches broken = (manager, step) -> TrainerTest.DATA.at(manager, step).mul(Float.NaN);
            TrainingListener both = new Watchdog(trainer, first.and(second));
            var e = assertThrows(TrainingStopped.class, () -> trainer.run(3, broken, both));
            assertEquals(List.of(e), first.stops);
            assertEquals(List.of(e), second.stops);
            assertEquals(TrainingStopped.Reason.NOT_FINITE, e.reason());
        }
    }

    @Test
    void aWatchedRunHasTheSameBits() {
        assertEquals(weights(false), weights(true));
    }

    private static List<Float> weights(boolean watched) {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu())) {
            Trainer trainer = TrainerTest.trainer(net, 1e-3, Optional.empty());
            Notes notes = new Notes();
            trainer.run(105, TrainerTest.DATA, watched ? new Watchdog(trainer, notes) : notes);
            List<Float> all = new ArrayList<>();
            for (float w : Tensors.floats(net.weights().flat())) {
                all.add(w);
            }
            return all;
        }
    }
}
