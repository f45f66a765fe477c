package ddpm.doctor;

import static ddpm.doctor.Named.assertOnly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.loss.NoisePredictor;
import ddpm.network.Compute;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Faults that show in the images alone, and scores of too few. */
class SamplePlantsTest {

    private static final SmallRun RUN = SmallRun.ofEpsilon();

    private static Doctor doctor(NoisePredictor network) {
        return Doctor.of(network, RUN.prediction, RUN.forward).withData(SmallRun.DIGITS);
    }

    /** The sampler is right; the network is wrong by a constant. */
    private static Findings examineWithAnswersMovedBy(float constant) {
        NoisePredictor moved = (xt, t) -> RUN.network.predict(xt, t).add(constant);
        return Doctor.of(moved, RUN.prediction, RUN.forward)
                .withData(SmallRun.DIGITS)
                .withSampler(RUN.sampler())
                .examine(1);
    }

    @Test
    void blackAndWhiteSamplesAreNamed() {
        for (float constant : new float[] {-3, 3}) {
            Findings findings = examineWithAnswersMovedBy(constant);
            Finding finding = findings.get(Fault.ONE_COLOUR).orElseThrow();
            String mean = constant > 0 ? "mean is -1.00" : "mean is 1.00";
            assertTrue(finding.evidence().contains(mean), finding.evidence());
        }
    }

    /** A young network, an ε that is off by a little, and a division by a small √ᾱ_T. */
    @Test
    void samplesThatRunAwayAreNamed() {
        var cosine = new CosineSchedule(50);
        try (var run = new SmallRun(cosine, Prediction.EPSILON, SmallRun.RATE, 5).train(40)) {
            Doctor doctor =
                    Doctor.of(run.network, run.prediction, run.forward).withData(SmallRun.DIGITS);
            Finding finding =
                    assertOnly(
                            Fault.X0_RUNS_AWAY,
                            doctor.withSampler(run.sampler().unclipped()).examine(1));
            assertTrue(finding.evidence().contains("|x̂_0| reaches"), finding.evidence());
            Named.assertHealthy(doctor.withSampler(run.sampler()).examine(1));
        }
    }

    @Test
    void samplesThatAreGivenAreLookedAt() {
        try (NDManager manager = Compute.manager()) {
            NDArray black = manager.full(new Shape(8, 1, 14, 14), -1f);
            assertOnly(Fault.ONE_COLOUR, doctor(RUN.network).withSamples(black).examine(1));
            NDArray nan = manager.full(new Shape(8, 1, 14, 14), Float.NaN);
            Findings findings = doctor(RUN.network).withSamples(nan).examine(1);
            assertTrue(findings.get(Fault.NOT_FINITE).isPresent(), findings.toString());
            NDArray digits = SmallRun.DIGITS.batch(manager, IntStream.range(0, 8).toArray());
            Named.assertHealthy(doctor(RUN.network).withSamples(digits).examine(1));
            NDArray large = digits.mul(2.5);
            assertOnly(Fault.X0_RUNS_AWAY, doctor(RUN.network).withSamples(large).examine(1));
        }
    }

    /** Squared distance of the mean images: its bias falls like 1/n. */
    private static double distance(NDArray samples, NDArray real) {
        double[] a = Tensors.doubles(samples.mean(new int[] {0}));
        double[] b = Tensors.doubles(real.mean(new int[] {0}));
        return IntStream.range(0, a.length).mapToDouble(i -> (a[i] - b[i]) * (a[i] - b[i])).sum();
    }

    @Test
    void aScoreFromTooFewSamplesIsNamed() {
        try (NDManager manager = Compute.manager()) {
            int[] order = IntStream.range(0, 4000).toArray();
            NDArray real = SmallRun.DIGITS.batch(manager, order);
            NDArray many = SmallRun.DIGITS.batch(manager, IntStream.range(4000, 6000).toArray());
            for (int n : new int[] {2, 10, 20}) {
                NDArray few = real.get("0:" + n).add(noise(manager, n));
                assertOnly(
                        Fault.FEW_SAMPLES,
                        doctor(RUN.network)
                                .withScore(SamplePlantsTest::distance, few, real)
                                .examine(1));
            }
            Findings findings =
                    doctor(RUN.network)
                            .withScore(SamplePlantsTest::distance, many.sub(0.5), real)
                            .examine(1);
            Named.assertHealthy(findings);
            assertTrue(
                    findings.measured().containsKey("score of 2000 samples"), findings.toString());
        }
    }

    private static NDArray noise(NDManager manager, int n) {
        return Tensors.normal(manager, new Shape(n, 1, 14, 14), new SplittableRandom(3)).mul(0.1);
    }

    @Test
    void aScoreThatRefusesSaysWhy() {
        try (NDManager manager = Compute.manager()) {
            NDArray some = SmallRun.DIGITS.batch(manager, IntStream.range(0, 16).toArray());
            Score strict =
                    (a, b) -> {
                        throw new IllegalArgumentException("need 1000 samples, got 16");
                    };
            Finding finding =
                    assertOnly(
                            Fault.FEW_SAMPLES,
                            doctor(RUN.network).withScore(strict, some, some).examine(1));
            assertTrue(finding.evidence().contains("need 1000"), finding.evidence());
        }
    }
}
