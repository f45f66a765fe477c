package ddpm.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which faults an examination names. */
final class Named {

    private Named() {}

    /** The plant is found, and nothing that is not there. */
    static Finding assertOnly(Fault fault, Findings findings) {
        Set<Fault> found =
                findings.faults().stream()
                        .map(Finding::fault)
                        .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Set.of(fault), found, findings.toString());
        return findings.get(fault).orElseThrow();
    }

    static void assertHealthy(Findings findings) {
        assertTrue(findings.healthy(), findings.toString());
    }
}
