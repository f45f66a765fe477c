package ddpm.forward;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.notebook.Sample;
import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.schedule.NoiseSchedule;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The jump from x_0 to x_t, q(x_t | x_0) = N(√ᾱ_t x_0, 1 - ᾱ_t). Eq. 4. */
final class ClosedFormTest {

    private static final int N = 200_000;
    private static final double X0 = 2; // outside [-1, 1], so that the mean tells more
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);
    private static final double MEAN = FORWARD.signalScale(10) * X0;
    private static final double VARIANCE = Grid.SHORT.oneMinusAlphaBar(10);

    static Stream<NoiseSchedule> schedules() {
        return Grid.schedules();
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theFactorsAreExact(NoiseSchedule schedule) {
        var exact = new ExactSchedule(schedule);
        var forward = new ForwardProcess(schedule);
        Grid.steps(schedule)
                .forEach(
                        t -> {
                            var signal = Decimals.root(exact.alphaBar(t));
                            var noise = Decimals.root(exact.oneMinusAlphaBar(t));
                            assertExact(signal, forward.signalScale(t));
                            assertExact(noise, forward.noiseScale(t));
                            double size = signal.doubleValue() * 0.7 + noise.doubleValue() * 1.3;
                            assertExact(
                                    signal.multiply(Decimals.of(0.7))
                                            .subtract(noise.multiply(Decimals.of(1.3))),
                                    forward.sample(0.7, t, -1.3),
                                    size);
                        });
    }

    @Test
    void stepsInMomentsGiveTheClosedForm() { // the induction of the proof, step by step
        double factor = 1;
        double variance = 0;
        for (int t = 1; t <= 10; t++) {
            factor = FORWARD.step(factor, t, 0);
            variance =
                    FORWARD.step(0, t, 1) * FORWARD.step(0, t, 1) + Grid.SHORT.alpha(t) * variance;
            assertExact(FORWARD.signalScale(t), factor, 1);
            assertExact(Grid.SHORT.oneMinusAlphaBar(t), variance, 1);
        }
    }

    @Test
    void nothingHappensAtStepZero() {
        assertEquals(1.0, FORWARD.signalScale(0));
        assertEquals(0.0, FORWARD.noiseScale(0));
    }

    @Test
    void walkingStepByStepHasTheLawOfTheClosedForm() {
        double[] sample = walk(FORWARD::step, 1, 10, RandomGenerator::nextGaussian);
        // Two comparisons of 5 standard errors and one of 2.8: once in 680 000 fresh seeds.
        assertTrue(distance(sample) < Moments.THRESHOLD);
        assertTrue(Sample.of(sample).kolmogorovSmirnov(Sample.normal(MEAN, VARIANCE)) < 2.8);
    }

    @Test
    void theMomentsRejectPlantedBugs() {
        NoiseSchedule s = Grid.SHORT;
        Noise gauss = RandomGenerator::nextGaussian;
        Step varianceForRoot = (x, t, e) -> Math.sqrt(s.alpha(t)) * x + s.beta(t) * e;
        Step missingRoot = (x, t, e) -> s.alpha(t) * x + Math.sqrt(s.beta(t)) * e;
        Step shifted = (x, t, e) -> FORWARD.step(x, Math.max(1, t - 1), e);
        assertTrue(distance(walk(FORWARD::step, 2, 10, gauss)) > 2 * Moments.THRESHOLD);
        assertTrue(distance(walk(FORWARD::step, 1, 9, gauss)) > 2 * Moments.THRESHOLD);
        assertTrue(distance(walk(varianceForRoot, 1, 10, gauss)) > 2 * Moments.THRESHOLD);
        assertTrue(distance(walk(missingRoot, 1, 10, gauss)) > 2 * Moments.THRESHOLD);
        assertTrue(distance(walk(shifted, 1, 10, gauss)) > 2 * Moments.THRESHOLD);
    }

    @Test
    void theShapeRejectsNoiseWithTheRightMoments() {
        var normal = Sample.normal(MEAN, VARIANCE);
        Noise coin = random -> random.nextBoolean() ? 1 : -1;
        Noise uniform = random -> Math.sqrt(12) * (random.nextDouble() - 0.5);
        assertTrue(Sample.of(walk(FORWARD::step, 1, 10, coin)).kolmogorovSmirnov(normal) > 4);
        double[] sample = jump(uniform);
        assertTrue(distance(sample) < Moments.THRESHOLD);
        assertTrue(Sample.of(sample).kolmogorovSmirnov(normal) > 4);
    }

    @Test
    void theJumpHasTheSameLaw() {
        double[] sample = jump(RandomGenerator::nextGaussian);
        // The same three comparisons: once in 680 000 fresh seeds.
        assertTrue(distance(sample) < Moments.THRESHOLD);
        assertTrue(Sample.of(sample).kolmogorovSmirnov(Sample.normal(MEAN, VARIANCE)) < 2.8);
    }

    private static double distance(double[] sample) {
        return Moments.of(sample).distanceFromNormal(MEAN, VARIANCE);
    }

    private static double[] jump(Noise noise) {
        var random = new SplittableRandom(44);
        double[] sample = new double[N];
        for (int i = 0; i < N; i++) {
            sample[i] = FORWARD.sample(X0, 10, noise.draw(random));
        }
        return sample;
    }

    private static double[] walk(Step step, int first, int last, Noise noise) {
        var random = new SplittableRandom(43);
        double[] sample = new double[N];
        for (int i = 0; i < N; i++) {
            double x = X0;
            for (int t = first; t <= last; t++) {
                x = step.next(x, t, noise.draw(random));
            }
            sample[i] = x;
        }
        return sample;
    }

    @Test
    void badArgumentsAreRefusedWithTheValue() {
        assertRefused("t must be in [1, 10], got 0", () -> FORWARD.sample(1, 0, 0));
        assertRefused("t must be in [1, 10], got 11", () -> FORWARD.sample(1, 11, 0));
        assertRefused("t must be in [0, 10], got -1", () -> FORWARD.signalScale(-1));
        assertRefused(
                "values must be finite, got Infinity and 0.0",
                () -> FORWARD.sample(Double.POSITIVE_INFINITY, 1, 0));
    }

    @FunctionalInterface
    private interface Step {
        double next(double x, int t, double eps);
    }

    @FunctionalInterface
    private interface Noise {
        double draw(RandomGenerator random);
    }
}
