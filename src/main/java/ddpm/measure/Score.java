package ddpm.measure;

import com.google.gson.JsonObject;
import ddpm.Check;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * All measures of one set of samples.
 *
 * @param name what the samples are called
 * @param samples how many there are
 * @param values the measures
 */
public record Score(String name, int samples, Map<Measure, Estimate> values) {

    /**
     * Copies the measures.
     *
     * @param name what the samples are called
     * @param samples how many there are
     * @param values the measures, all of them
     */
    public Score {
        values = Collections.unmodifiableMap(new EnumMap<>(values));
        Check.that(
                values.size() == Measure.values().length,
                "a score needs all %d measures, got %s",
                Measure.values().length,
                values.keySet());
    }

    /**
     * One measure.
     *
     * @param measure which
     * @return its value and interval
     */
    public Estimate get(Measure measure) {
        return values.get(measure);
    }

    /**
     * The mean of scores that differ by their seed alone. The intervals are those over the seeds,
     * {@link Estimate#overRuns}.
     *
     * @param name what the mean is called
     * @param scores at least 2, of equally many samples each
     * @return the mean
     */
    public static Score overSeeds(String name, List<Score> scores) {
        checkSamples(scores);
        Map<Measure, Estimate> values = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            double[] runs = scores.stream().mapToDouble(s -> s.get(measure).value()).toArray();
            values.put(measure, Estimate.overRuns(runs));
        }
        return new Score(name, scores.get(0).samples(), values);
    }

    /**
     * Scores as a table, one row each.
     *
     * @param scores at least one, all of equally many samples: the Fréchet distance falls with
     *     their number
     * @return the name, the number of samples, and each measure with its 95 % interval
     * @throws IllegalArgumentException if the numbers of samples differ
     */
    public static Table table(List<Score> scores) {
        checkSamples(scores);
        Table table =
                Table.create(
                        StringColumn.create("images", scores.stream().map(Score::name).toList()),
                        IntColumn.create(
                                "number", scores.stream().mapToInt(Score::samples).toArray()));
        for (Measure measure : Measure.values()) {
            var column = scores.stream().map(s -> s.get(measure).toString()).toList();
            table.addColumns(StringColumn.create(measure.title(), column));
        }
        return table;
    }

    private static void checkSamples(List<Score> scores) {
        Check.that(!scores.isEmpty(), "there is no score");
        int[] numbers = scores.stream().mapToInt(Score::samples).distinct().toArray();
        Check.that(
                numbers.length == 1,
                "scores of equally many samples can be compared, got %s",
                java.util.Arrays.toString(numbers));
    }

    /**
     * The score for other programs.
     *
     * @return one line of JSON: name, samples, and for each measure value and half width of its 95
     *     % interval
     */
    public String json() {
        JsonObject line = new JsonObject();
        line.addProperty("name", name);
        line.addProperty("samples", samples);
        values.forEach(
                (measure, estimate) -> {
                    JsonObject pair = new JsonObject();
                    pair.addProperty("value", estimate.value());
                    pair.addProperty("halfWidth", estimate.halfWidth());
                    line.add(measure.name().toLowerCase(Locale.ROOT), pair);
                });
        return line.toString();
    }
}
