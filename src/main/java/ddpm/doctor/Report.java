package ddpm.doctor;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Collects what the checks say. */
final class Report {

    private final List<Finding> faults = new ArrayList<>();
    private final Set<Fault> checked = EnumSet.noneOf(Fault.class);
    private final Map<String, String> measured = new LinkedHashMap<>();
    private final Map<Fault, String> skipped = new LinkedHashMap<>();

    /** Notes that a fault was looked for, whatever comes out. */
    void checked(Fault... faultsLookedFor) {
        checked.addAll(List.of(faultsLookedFor));
    }

    /** A fault, with its usual remedy. The first evidence for a fault is kept. */
    void found(Fault fault, String evidence, Object... values) {
        foundWith(fault, fault.remedy(), evidence, values);
    }

    /** A fault with a remedy of its own. */
    void foundWith(Fault fault, String remedy, String evidence, Object... values) {
        checked.add(fault);
        if (!has(fault)) {
            faults.add(new Finding(fault, String.format(Locale.ROOT, evidence, values), remedy));
        }
    }

    boolean has(Fault fault) {
        return faults.stream().anyMatch(f -> f.fault() == fault);
    }

    /** Why a check cannot use the data: there are none, or they are not right. */
    String whyNoData() {
        return has(Fault.PIXEL_RANGE) ? "mend the pixels first" : "give withData";
    }

    void measured(String name, String value, Object... values) {
        measured.put(name, String.format(Locale.ROOT, value, values));
    }

    /**
     * Notes that a fault could not be looked for; another check may still do it. The last reason is
     * kept.
     */
    void skipped(String why, Fault... notLookedFor) {
        for (Fault fault : notLookedFor) {
            skipped.put(fault, why);
        }
    }

    Findings findings() {
        skipped.keySet().removeAll(checked);
        return new Findings(faults, checked.size(), measured, skipped);
    }
}
