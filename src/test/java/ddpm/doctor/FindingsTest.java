package ddpm.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.reference.Message;
import ddpm.reference.TinyModel;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.training.MovingAverage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.Table;

/** What a reader of the result sees. */
class FindingsTest {

    private static Findings examine(NoiseSchedule schedule) {
        return Doctor.of((xt, t) -> xt, Prediction.EPSILON, new ForwardProcess(schedule))
                .examine(1);
    }

    @Test
    void nothingFoundIsOneLineAndANote() {
        Findings findings = examine(new CosineSchedule(100));
        assertTrue(findings.healthy());
        assertEquals("healthy: 1 check, nothing found", findings.headline());
        assertTrue(findings.toString().startsWith(findings.headline() + "\n"));
        Table table = findings.table();
        assertEquals(1, table.rowCount());
        assertEquals("none", table.getString(0, "fault"));
    }

    @Test
    void aFaultIsARowWithEvidenceAndRemedy() {
        Findings findings = examine(new LinearSchedule(100, 1e-4, 0.02));
        assertFalse(findings.healthy());
        assertEquals("1 fault found in 1 check", findings.headline());
        Table table = findings.table();
        assertEquals("too much signal at T", table.getString(0, "fault"));
        assertTrue(table.getString(0, "evidence").matches(".*\\d.*"));
        assertEquals(Fault.SIGNAL_AT_T.remedy(), table.getString(0, "remedy"));
        assertTrue(findings.toString().contains("✗ too much signal at T: "));
    }

    /** A fault is either looked for or not, and then it says what to give. */
    @Test
    void everyOtherFaultSaysWhatIsMissing() {
        Findings findings = examine(new CosineSchedule(100));
        Set<Fault> all = new HashSet<>(findings.notLookedFor().keySet());
        all.add(Fault.SIGNAL_AT_T);
        assertEquals(Set.of(Fault.values()), all);
        assertTrue(
                findings.notLookedFor().values().stream().allMatch(w -> w.startsWith("give with")),
                findings.toString());
        assertEquals(
                findings.notLookedFor().values().stream().distinct().count(),
                findings.notes().size());
    }

    @Test
    void everyFaultHasATitleOfItsOwnAndARemedy() {
        Set<String> titles = new HashSet<>();
        for (Fault fault : Fault.values()) {
            assertTrue(titles.add(fault.title()));
            assertTrue(fault.remedy().endsWith("."), fault.remedy());
        }
    }

    @Test
    void badArgumentsAreNamed() {
        Doctor doctor = Doctor.of((xt, t) -> xt, Prediction.EPSILON, TinyModel.FORWARD);
        try (SmallRun run = new SmallRun(new CosineSchedule(50), Prediction.V, SmallRun.RATE, 1)) {
            MovingAverage average = run.average;
            Message.assertMessage("needs a UNet", () -> doctor.withAverage(average));
            var flat = run.network.weights().flat();
            Message.assertMessage(
                    "the batch must be (N, C, H, W), got " + flat.getShape(),
                    () -> doctor.withData(flat));
            Message.assertMessage("the samples must be", () -> doctor.withSamples(flat));
        }
    }
}
