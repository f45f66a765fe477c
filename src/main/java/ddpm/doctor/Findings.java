package ddpm.doctor;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** What an examination found, what it measured on the way, and what it could not look at. */
public final class Findings {

    private final List<Finding> faults;
    private final int checks;
    private final Map<String, String> measured;
    private final Map<Fault, String> notLookedFor;

    Findings(
            List<Finding> faults,
            int checks,
            Map<String, String> measured,
            Map<Fault, String> notLookedFor) {
        this.faults = List.copyOf(faults);
        this.checks = checks;
        this.measured = Collections.unmodifiableMap(new LinkedHashMap<>(measured));
        this.notLookedFor = Collections.unmodifiableMap(new LinkedHashMap<>(notLookedFor));
    }

    /**
     * The faults.
     *
     * @return each fault at most once, empty if nothing was found
     */
    public List<Finding> faults() {
        return faults;
    }

    /**
     * One of the faults.
     *
     * @param fault which one
     * @return what was found, or nothing if this fault was not found
     */
    public Optional<Finding> get(Fault fault) {
        return faults.stream().filter(f -> f.fault() == fault).findFirst();
    }

    /**
     * Whether nothing was found.
     *
     * @return true if there is no finding
     */
    public boolean healthy() {
        return faults.isEmpty();
    }

    /**
     * Which faults were looked for.
     *
     * @return their number
     */
    public int checks() {
        return checks;
    }

    /**
     * What was measured on the way, such as the loss of the raw and of the averaged weights.
     *
     * @return names and values, as text
     */
    public Map<String, String> measured() {
        return measured;
    }

    /**
     * The faults that were not looked for, and why: mostly because something was not given.
     *
     * @return faults and reasons
     */
    public Map<Fault, String> notLookedFor() {
        return notLookedFor;
    }

    /**
     * The faults as a table.
     *
     * @return columns fault, evidence, remedy; one row a fault, or one that says healthy
     */
    public Table table() {
        var fault = StringColumn.create("fault");
        var evidence = StringColumn.create("evidence");
        var remedy = StringColumn.create("remedy");
        for (Finding f : faults) {
            fault.append(f.fault().title());
            evidence.append(f.evidence());
            remedy.append(f.remedy());
        }
        if (healthy()) {
            fault.append("none");
            evidence.append(headline());
            remedy.append("none needed");
        }
        return Table.create(headline(), fault, evidence, remedy);
    }

    /**
     * The result in one line.
     *
     * @return such as "healthy: 12 checks, nothing found"
     */
    public String headline() {
        String looked = checks + (checks == 1 ? " check" : " checks");
        if (healthy()) {
            return "healthy: " + looked + ", nothing found";
        }
        return faults.size() + (faults.size() == 1 ? " fault" : " faults") + " found in " + looked;
    }

    /**
     * What was measured, and what could not be looked for and why.
     *
     * @return one line each
     */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        measured.forEach((name, value) -> notes.add(name + ": " + value));
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        notLookedFor.forEach(
                (fault, why) ->
                        reasons.computeIfAbsent(why, key -> new ArrayList<>()).add(fault.title()));
        reasons.forEach(
                (why, titles) ->
                        notes.add("not looked for: " + String.join(", ", titles) + "; " + why));
        return notes;
    }

    /** {@return the headline, a line for each fault, and the notes} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(headline());
        faults.forEach(f -> text.append("\n✗ ").append(f));
        notes().forEach(note -> text.append("\n  ").append(note));
        return text.toString();
    }
}
