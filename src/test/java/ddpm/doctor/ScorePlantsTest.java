package ddpm.doctor;

import static ddpm.doctor.Named.assertHealthy;
import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.measure.Features;
import ddpm.measure.FrechetDistance;
import ddpm.measure.KernelDistance;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.Test;

/** Scores of Gaussian features, whose true Fréchet distance is known: 8 times 0.5². */
class ScorePlantsTest {

    private static final int DIMENSIONS = 8;
    private static final Features REAL = features(1000, 0, 1);

    private static Features features(int n, double mean, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] points = new double[n][DIMENSIONS];
        for (double[] point : points) {
            for (int i = 0; i < DIMENSIONS; i++) {
                point[i] = mean + random.nextGaussian();
            }
        }
        return Features.of(points);
    }

    private static Findings examine(ToDoubleBiFunction<Features, Features> score, int n) {
        var forward = new ForwardProcess(new CosineSchedule(50));
        return Doctor.of((xt, t) -> xt, Prediction.EPSILON, forward)
                .withScore(score, features(n, 0.5, 2), REAL)
                .examine(1);
    }

    @Test
    void aScoreFromTooFewSamplesIsNamed() {
        for (int n : new int[] {24, 40}) {
            Finding finding = assertOnly(Fault.FEW_SAMPLES, examine(FrechetDistance::between, n));
            assertTrue(finding.evidence().contains("of " + n + " samples"), finding.evidence());
        }
        assertOnly(Fault.FEW_SAMPLES, examine(KernelDistance::between, 24)); // by chance alone
    }

    @Test
    void aScoreFromEnoughSamplesIsHealthy() {
        Findings findings = examine(FrechetDistance::between, 2000);
        assertHealthy(findings);
        String score = findings.measured().get("score of 2000 samples");
        // Its standard deviation is about 2 √(2 (1/1000 + 1/2000)) = 0.11; 5 of them.
        assertEquals(2, Double.parseDouble(score.substring(0, score.indexOf(','))), 0.55);
        assertHealthy(examine(KernelDistance::between, 2000));
    }

    @Test
    void aScoreThatRefusesSaysWhy() {
        Finding tooFew = assertOnly(Fault.FEW_SAMPLES, examine(FrechetDistance::between, 6));
        assertTrue(tooFew.evidence().startsWith("The score refuses: "), tooFew.evidence());
        assertOnly(Fault.FEW_SAMPLES, examine(FrechetDistance::between, 2));
    }
}
