package ddpm.doctor;

import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.network.Compute;
import ddpm.posterior.Prediction;
import ddpm.schedule.LinearSchedule;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Pixels on a wrong scale, each as one gets them; and a schedule that ends too early. */
class DataPlantsTest {

    private static Finding found(DoubleUnaryOperator pixelOfLevel) {
        SmallRun run = SmallRun.ofV();
        try (NDManager manager = Compute.manager(run.network.device())) {
            NDArray batch = SmallRun.DIGITS.take(64).batch(manager, indices());
            float[] values = Tensors.floats(batch);
            for (int i = 0; i < values.length; i++) {
                double level = Math.round((values[i] + 1) * 127.5);
                values[i] = (float) pixelOfLevel.applyAsDouble(level);
            }
            NDArray planted = Tensors.of(manager, values, batch.getShape());
            return assertOnly(Fault.PIXEL_RANGE, run.doctor().withData(planted).examine(1));
        }
    }

    private static int[] indices() {
        return java.util.stream.IntStream.range(0, 64).toArray();
    }

    @Test
    void levelsAreNamed() {
        Finding finding = found(level -> level);
        assertTrue(finding.evidence().contains("from 0 to 255"), finding.toString());
        assertTrue(finding.remedy().contains("127.5"), finding.toString());
    }

    @Test
    void zeroToOneIsNamed() {
        assertTrue(found(level -> level / 255).remedy().contains("2 x - 1"));
    }

    @Test
    void halfTheRangeIsNamed() {
        assertTrue(found(level -> level / 255 - 0.5).evidence().contains("from -0.500 to 0.500"));
    }

    @Test
    void standardisedPixelsAreNamed() {
        Finding finding = found(level -> (level / 255 - 0.1307) / 0.3081);
        assertTrue(finding.remedy().contains("standardised"), finding.toString());
    }

    @Test
    void signedBytesAreNamed() {
        assertTrue(found(level -> (byte) level).remedy().contains("toUnsignedInt"));
    }

    @Test
    void notANumberIsNamed() {
        assertTrue(
                found(level -> level == 0 ? Double.NaN : level / 127.5 - 1)
                        .evidence()
                        .contains("NaN"));
    }

    @Test
    void tooMuchSignalAtTheEndIsNamed() {
        var tooShort = new ForwardProcess(new LinearSchedule(100, 1e-4, 0.02));
        Findings findings = Doctor.of((xt, t) -> xt, Prediction.EPSILON, tooShort).examine(1);
        Finding finding = assertOnly(Fault.SIGNAL_AT_T, findings);
        assertTrue(finding.evidence().contains("0.6"), finding.toString()); // √ᾱ_100
        assertEquals(1, findings.checks());
    }
}
