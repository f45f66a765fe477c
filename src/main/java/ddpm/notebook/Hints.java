package ddpm.notebook;

import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What helps a reader who misses the same check again. The hints stand in {@code hints.json}, by
 * cell, with the names of its checks; a name that two cells share ends in {@code , want …}.
 */
final class Hints {

    /** Those of the notebooks and assignments. */
    static final Hints SHIPPED = read("hints.json");

    private static final int PATIENCE = 2; // misses

    private final Map<String, String> byCheck = new HashMap<>();
    private final Map<String, Integer> misses = new HashMap<>();

    /** The checks of a cell, and its hint. */
    private record Entry(List<String> checks, String hint) {}

    private static final class Entries extends TypeToken<Map<String, Entry>> {}

    Hints(Reader json) {
        Map<String, Entry> entries = new Gson().fromJson(json, new Entries().getType());
        for (Entry entry : entries.values()) {
            entry.checks().forEach(check -> byCheck.put(check, entry.hint()));
        }
    }

    private static Hints read(String resource) {
        try (InputStream in = Hints.class.getResourceAsStream(resource);
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return new Hints(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Counts a miss. The hint with a line break in front from the second miss on; else nothing. */
    synchronized String afterMissing(String check) {
        boolean again = misses.merge(check, 1, Integer::sum) >= PATIENCE;
        return again && byCheck.containsKey(check) ? "\nHint: " + byCheck.get(check) : "";
    }

    /** As {@link #afterMissing(String)}, for a check that shares its name with another. */
    String afterMissing(String check, String want) {
        String longer = check + ", want " + want;
        return afterMissing(byCheck.containsKey(longer) ? longer : check);
    }
}
