package ddpm.measure;

import static ddpm.reference.Message.assertMessage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import ddpm.data.Idx;
import ddpm.data.ImageSet;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of images whose score is known: real ones, copies, one class alone, and noise. */
class DigitScorerTest {

    private static final int N = DigitScorer.LEAST;

    private static DigitScorer scorer;
    private static Score floor;

    @BeforeAll
    static void open() {
        scorer = DigitScorer.open(Device.cpu());
        floor = scorer.score("held back", scorer.heldBack(N));
    }

    @AfterAll
    static void close() {
        scorer.close();
    }

    private static double value(Score score, Measure measure) {
        return score.get(measure).value();
    }

    @Test
    void realDigitsAreTheFloor() {
        Estimate kernel = floor.get(Measure.KERNEL);
        assertEquals(0, kernel.value(), 2.5 * kernel.halfWidth()); // 5 standard errors
        assertTrue(value(floor, Measure.PRECISION) > 0.85, floor.json());
        assertTrue(value(floor, Measure.RECALL) > 0.85, floor.json());
        assertTrue(value(floor, Measure.SURE) > 0.95, floor.json());
        // 1,000 of the law of the limit: 10 ± 3.2, and the limit itself is known to ± 2.2
        assertEquals(0.01, value(floor, Measure.COPIES), 5 * 0.0039);
        assertTrue(value(floor, Measure.IMBALANCE) < 0.03, floor.json());
    }

    @Test
    void noiseIsFarFromThem() {
        Score noise = scorer.score("noise", DigitScorer.noise(N, 1));
        assertTrue(value(noise, Measure.FRECHET) > 20 * value(floor, Measure.FRECHET));
        assertTrue(value(noise, Measure.KERNEL) > 20 * floor.get(Measure.KERNEL).halfWidth());
        assertTrue(value(noise, Measure.RECALL) < 0.1, noise.json());
        assertTrue(value(noise, Measure.SURE) < 0.5, noise.json());
        assertEquals(0, value(noise, Measure.COPIES), 0);
    }

    @Test
    void copiesAreFoundOut() {
        Score copies = scorer.score("copies", scorer.training().take(N));
        assertEquals(1, value(copies, Measure.COPIES), 0);
        assertTrue(value(copies, Measure.PRECISION) > 0.8, "nothing else finds them");
    }

    @Test
    void oneClassAloneLacksRecallAndBalance() {
        ImageSet ones = scorer.training().withLabel(1).take(N);
        Score score = scorer.score("ones", ones);
        assertTrue(value(score, Measure.RECALL) < 0.3, score.json());
        assertTrue(value(score, Measure.IMBALANCE) > 2.5, score.json()); // log₂(1/0.11) = 3.2
        assertTrue(value(score, Measure.SURE) > 0.95, score.json());
    }

    @Test
    void theLineOfJsonHoldsAllMeasures() {
        JsonObject line = JsonParser.parseString(floor.json()).getAsJsonObject();
        assertFalse(floor.json().contains("\n"));
        assertEquals("held back", line.get("name").getAsString());
        assertEquals(N, line.get("samples").getAsInt());
        for (Measure measure : Measure.values()) {
            JsonObject pair =
                    line.getAsJsonObject(measure.name().toLowerCase(java.util.Locale.ROOT));
            assertEquals(value(floor, measure), pair.get("value").getAsDouble(), 0);
            double half = floor.get(measure).halfWidth();
            assertEquals(half, pair.get("halfWidth").getAsDouble(), 0);
        }
    }

    @Test
    void theCommandScoresFiles(@TempDir Path folder) {
        Path file = folder.resolve("digits.idx");
        Idx.save(scorer.heldBack(N), file);
        var said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, UTF_8);
        ScoreDigits.run(scorer, List.of(file.toString()), out);
        String name = "\"" + file + "\"";
        assertEquals(floor.json().replace("\"held back\"", name), said.toString(UTF_8).strip());
        List<String> noNumber = List.of("--floor", "many");
        assertMessage("got [--floor, many]", () -> ScoreDigits.run(scorer, noNumber, out));
    }

    @Test
    void tooFewSamplesAreRefused() {
        ImageSet few = scorer.heldBack(N - 1);
        assertMessage(
                "a score needs at least 1,000 samples, got 999", () -> scorer.score("few", few));
    }

    private static Score score(int samples, double value) {
        Map<Measure, Estimate> values = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            values.put(measure, new Estimate(value, 0.5));
        }
        return new Score("s" + value, samples, values);
    }

    @Test
    void seedsGiveAnIntervalAndOtherNumbersAreRefused() {
        Score mean = Score.overSeeds("mean", List.of(score(9, 1), score(9, 2), score(9, 3)));
        assertEquals(2, value(mean, Measure.FRECHET), 1e-15);
        assertEquals(4.303 / Math.sqrt(3), mean.get(Measure.SURE).halfWidth(), 1e-3);
        var table = Score.table(List.of(score(9, 1), mean));
        assertEquals(2, table.rowCount());
        assertEquals("1.00 ± 0.50", table.getString(0, "precision"));
        assertMessage("got [9, 8]", () -> Score.table(List.of(score(9, 1), score(8, 1))));
        assertThrows(IllegalArgumentException.class, () -> new Score("none", 9, Map.of()));
    }
}
