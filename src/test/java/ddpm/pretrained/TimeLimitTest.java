package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.google.gson.JsonObject;
import ddpm.Tensors;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.training.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The clock here moves only when it is read, so that nothing depends on the machine. */
class TimeLimitTest {

    @TempDir private Path folder;

    /** A second passes between two looks; from a look on, other seconds pass. */
    private static LongSupplier clock(int from, int secondsLater) {
        long[] state = new long[2];
        return () -> {
            state[0] += state[1]++ < from ? 1 : secondsLater;
            return 1_000_000_000L * state[0];
        };
    }

    /** The seconds at each look; the last ones stay. */
    private static LongSupplier looks(long... seconds) {
        int[] look = new int[1];
        return () -> 1_000_000_000L * seconds[Math.min(look[0]++, seconds.length - 1)];
    }

    private static final LongSupplier STEADY = clock(Integer.MAX_VALUE, 1);

    @Test
    void theStepsThatAreThrownAwayEndAfterATenthOfTheTime() {
        var limit = new TimeLimit(2, clock(Integer.MAX_VALUE, 1));
        try (Training trial = Training.of(TrainDigitsTest.tiny(1000))) {
            assertEquals(1.0, limit.secondsOfAStep(trial), 1e-9);
            assertEquals(12, trial.trainer().step()); // a tenth of 120 s
        }
    }

    @Test
    void aSlowFirstStepDoesNotCount() {
        // The start, then the ends of steps of 50, 1 and 1 s.
        var limit = new TimeLimit(2, looks(0, 0, 50, 51, 52));
        try (Training trial = Training.of(TrainDigitsTest.tiny(1000))) {
            assertEquals(1.0, limit.secondsOfAStep(trial), 1e-9);
        }
    }

    @Test
    void noneOfTheSlowStepsAtTheBeginningCounts() {
        // 18 s for trials: six of 2 s, and six of 1 s.
        var limit = new TimeLimit(3, looks(0, 0, 2, 4, 6, 8, 10, 12, 13, 14, 15, 16, 17, 18));
        try (Training trial = Training.of(TrainDigitsTest.tiny(1000))) {
            assertEquals(1.0, limit.secondsOfAStep(trial), 1e-9);
            assertEquals(12, trial.trainer().step());
        }
    }

    @Test
    void whatIsLeftIsFilledWithSteps() {
        assertEquals(238, new TimeLimit(2, clock(Integer.MAX_VALUE, 1)).steps(0.5)); // 119 s left
        assertEquals(1, new TimeLimit(0.01, clock(Integer.MAX_VALUE, 1)).steps(0.5));
    }

    @Test
    void theTrainingEndsInTimeAndItsRecipeKnowsHowLongItIs() {
        Path file = folder.resolve("digits.safetensors");
        List<Integer> asked = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        var limit = new TimeLimit(1, clock(Integer.MAX_VALUE, 1));
        JsonObject report =
                TrainDigits.train(
                        file,
                        limit,
                        steps -> {
                            asked.add(steps);
                            return TrainDigitsTest.tiny(steps);
                        },
                        Precision.FLOAT32,
                        step -> last.add(step.last()));
        int made = report.get("steps").getAsInt();
        // Of 60 s, 7 go by for 6 trial steps and 1 for a look; steps of 1 s fill the rest but one.
        assertEquals(52, asked.get(1));
        assertEquals(52, last.get(0));
        assertTrue(made >= 51 && made <= 52, "steps: " + made);
        assertTrue(limit.used() <= 62, "seconds: " + limit.used());
        assertEquals(String.valueOf(made), Checkpoint.load(file).notes().get("steps"));
        assertEquals(
                TrainDigitsTest.tiny(1).network().parameters(),
                report.get("parameters").getAsInt());
        String settings = report.get("settings").getAsString();
        assertTrue(settings.contains("learning rate up to 0.0010"), settings);
    }

    @Test
    void aMachineThatBecomesSlowerEndsTheTrainingEarlyAndTheWeightsAreKept() {
        Path file = folder.resolve("digits.safetensors");
        var limit = new TimeLimit(1, clock(20, 10)); // ten times slower from the 20th look on
        JsonObject report = train(file, limit, Precision.FLOAT32);
        int made = report.get("steps").getAsInt();
        assertTrue(made < 20, "steps: " + made);
        assertEquals(String.valueOf(made), Checkpoint.load(file).notes().get("steps"));
    }

    private static JsonObject train(Path file, TimeLimit limit, Precision precision) {
        return TrainDigits.train(file, limit, TrainDigitsTest::tiny, precision, step -> {});
    }

    @Test
    void itTrainsInThePrecisionThatIsAskedForAndSaysSo() {
        Map<Precision, float[]> weights = new EnumMap<>(Precision.class);
        for (Precision precision : Precision.values()) {
            Path file = folder.resolve(precision + ".safetensors");
            var limit = new TimeLimit(0.2, clock(Integer.MAX_VALUE, 1));
            String settings = train(file, limit, precision).get("settings").getAsString();
            assertTrue(settings.endsWith(", " + precision), settings);
            try (UNet net = Checkpoint.load(file).network(Device.cpu())) {
                weights.put(precision, Tensors.floats(net.weights().flat()));
            }
        }
        assertFalse(Arrays.equals(weights.get(Precision.FLOAT32), weights.get(Precision.BFLOAT16)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void badMinutesAreRefused(double minutes) {
        var e = assertThrows(IllegalArgumentException.class, () -> new TimeLimit(minutes, STEADY));
        assertEquals("the minutes must be positive and finite, got " + minutes, e.getMessage());
    }
}
