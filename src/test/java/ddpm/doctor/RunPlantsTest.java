package ddpm.doctor;

import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import ddpm.training.Batches;
import ddpm.training.TrainingStopped;
import org.junit.jupiter.api.Test;

/** Faults that show in what a training recorded. */
class RunPlantsTest {

    private static SmallRun fresh(long seed) {
        return new SmallRun(new CosineSchedule(50), Prediction.V, SmallRun.RATE, seed);
    }

    private static Findings examine(SmallRun run) {
        return Doctor.of(run.network, run.prediction, run.forward).withRun(run.record).examine(1);
    }

    @Test
    void aLossThatIsNotFiniteIsNamedWithItsStep() {
        try (SmallRun run = fresh(20)) {
            Batches broken =
                    (manager, step) -> {
                        NDArray batch = run.batches.at(manager, step);
                        return step < 4 ? batch : batch.mul(Float.NaN);
                    };
            assertThrows(TrainingStopped.class, () -> run.trainer.run(9, broken, run.record));
            Finding finding = assertOnly(Fault.NOT_FINITE, examine(run));
            assertTrue(finding.evidence().contains("at step 4"), finding.evidence());
            run.train(1);
            Named.assertHealthy(examine(run)); // it was taken up again
        }
    }

    @Test
    void anInterruptedRunIsHealthy() {
        try (SmallRun run = fresh(21).train(2)) {
            Thread.currentThread().interrupt();
            assertThrows(TrainingStopped.class, () -> run.train(2));
            Named.assertHealthy(examine(run));
        }
    }

    /** Images a thousand times too large, as from a reader that changes its scale. */
    @Test
    void anExplodingGradientIsNamed() {
        try (SmallRun run = fresh(22).train(60)) {
            Batches loud = (manager, step) -> run.batches.at(manager, step).mul(1000);
            run.trainer.run(10, loud, run.record);
            Finding finding = assertOnly(Fault.GRADIENT_EXPLODES, examine(run));
            assertTrue(finding.evidence().contains("at step 6"), finding.evidence());
        }
    }

    /** A learning rate that is a hundred times too large. */
    @Test
    void deadUnitsAreNamedWithTheirLayer() {
        try (var run = new SmallRun(new CosineSchedule(50), Prediction.V, 0.9, 5).train(220)) {
            Finding finding = assertOnly(Fault.DEAD_UNITS, examine(run));
            assertTrue(finding.evidence().contains("norm1"), finding.evidence());
        }
    }

    @Test
    void theRecordHoldsEveryStep() {
        try (SmallRun run = fresh(24).train(3)) {
            assertEquals(3, run.record.losses().length);
            assertEquals(3, run.record.gradientNorms().length);
            assertEquals(3, run.record.moves().size());
            assertTrue(run.record.moves().get(2).length() > 0);
            assertTrue(run.record.moves().get(2).toAverage() > 0);
        }
    }
}
