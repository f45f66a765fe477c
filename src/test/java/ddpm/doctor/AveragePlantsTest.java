package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.network.Weights;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import ddpm.training.MovingAverage;
import org.junit.jupiter.api.Test;

/** Mistakes with the moving average. */
class AveragePlantsTest {

    private static SmallRun fresh(long seed) {
        return new SmallRun(new CosineSchedule(50), Prediction.V, SmallRun.RATE, seed);
    }

    private static Doctor withoutRun(SmallRun run) {
        return Doctor.of(run.network, run.prediction, run.forward).withData(SmallRun.DIGITS);
    }

    @Test
    void anAverageThatTheTrainerWasNotGivenIsCold() {
        SmallRun run = SmallRun.ofV();
        try (UNet start = UNet.create(SmallRun.TINY, 1, run.network.device());
                var forgotten = new MovingAverage(start.weights(), 0.99)) {
            Finding finding =
                    assertOnly(
                            Fault.AVERAGE_COLD, withoutRun(run).withAverage(forgotten).examine(1));
            assertTrue(finding.evidence().contains("after 0 updates"), finding.evidence());
        }
    }

    /** The paper's decay in a run of 250 steps, without the warm-up that the library has. */
    @Test
    void theDecayOfALongRunInAShortOneIsCold() {
        try (SmallRun run = fresh(8)) {
            try (Weights average = run.network.weights().copy()) {
                run.trainer.run(
                        120,
                        run.batches,
                        step -> {
                            float[] a = Tensors.floats(average.flat());
                            float[] w = Tensors.floats(run.network.weights().flat());
                            for (int i = 0; i < a.length; i++) {
                                a[i] = 0.9999f * a[i] + 0.0001f * w[i];
                            }
                            average.set(a);
                        });
                UNet cold = run.network.withWeights(average);
                Findings findings = withoutRun(run).withAverage(cold).examine(1);
                assertOnly(Fault.AVERAGE_COLD, findings);
                String both = findings.measured().get("loss of the averaged weights");
                assertTrue(both.contains("raw"), both); // always side by side
            }
        }
    }

    @Test
    void anAverageCopiedIntoTheNetworkIsNamed() {
        try (SmallRun run = fresh(9).train(60)) {
            assertHealthy(run.doctor().examine(1));
            run.network.weights().set(Tensors.floats(run.average.weights().flat()));
            Finding finding =
                    assertOnly(
                            Fault.AVERAGE_LEFT_IN_TRAINING,
                            withoutRun(run).withAverage(run.average).examine(1));
            assertTrue(finding.evidence().contains("bit for bit"), finding.evidence());
        }
    }

    /** As one does to look at samples in the middle, and then forgets to put the weights back. */
    @Test
    void anAverageCopiedInTheMiddleIsNamedAfterwards() {
        try (SmallRun run = fresh(10).train(100)) {
            run.network.weights().set(Tensors.floats(run.average.weights().flat()));
            run.train(40);
            Finding finding = assertOnly(Fault.AVERAGE_LEFT_IN_TRAINING, run.doctor().examine(1));
            assertTrue(finding.evidence().contains("Before step 101"), finding.evidence());
        }
    }

    /** A new learning rate moves the weights faster too, but not onto their average. */
    @Test
    void anAverageOfNoUpdateOrNoMemoryIsNotTakenForIt() {
        try (SmallRun run = fresh(11);
                var none = new MovingAverage(run.network.weights(), 0)) {
            none.update();
            Findings findings =
                    Doctor.of(run.network, run.prediction, run.forward)
                            .withAverage(none)
                            .examine(1);
            assertHealthy(findings);
            assertHealthy(
                    Doctor.of(run.network, run.prediction, run.forward)
                            .withAverage(run.average)
                            .examine(1));
            assertEquals(2, findings.checks()); // the schedule and the left average
        }
    }
}
