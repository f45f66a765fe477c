package ddpm.sampling;

import static ddpm.reference.Message.assertMessage;
import static ddpm.reference.MixtureWalk.FINE;
import static ddpm.reference.MixtureWalk.farFromTheMixture;
import static ddpm.reference.MixtureWalk.meanDistance;
import static ddpm.reference.MixtureWalk.run;
import static ddpm.reference.MixtureWalk.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.forward.ForwardProcess;
import ddpm.network.Compute;
import ddpm.reference.Grid;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** DDIM and the second-order solver on a mixture: their order, and what they return. */
class FastSamplersTest {

    private static final Denoiser DENOISER = new Denoiser(FINE).unclipped();

    private static NDManager manager;

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    /** Samples of q(x_T), so that only the walk can be wrong. */
    private static NDArray exactStart(int n) {
        return start(manager, FINE, 2401, n);
    }

    /** From T = 2401 down to 101, so that all walks stop at the same signal level below 1. */
    private static StepSubset downTo101(int count) {
        return StepSubset.of(
                IntStream.range(0, count).map(i -> 101 + i * (2300 / (count - 1))).toArray());
    }

    /** Errors against a run with very many steps, all ending with the same last step. */
    private static double[] errors(Function<StepSubset, Sampler> sampler, int... counts) {
        NDArray start = exactStart(2000);
        float[] truth = run(sampler.apply(downTo101(1151)), FINE, start);
        return IntStream.of(counts)
                .mapToDouble(
                        n -> meanDistance(truth, run(sampler.apply(downTo101(n)), FINE, start)))
                .toArray();
    }

    private static double order(double coarse, double fine) {
        return Math.log(coarse / fine) / Math.log(2);
    }

    @Test
    void ddimIsOfFirstOrder() {
        double[] e = errors(s -> new DdimSampler(DENOISER, s, 0), 26, 51, 101);
        assertEquals(1, order(e[0], e[1]), 0.2, e[0] + " " + e[1]);
        assertEquals(1, order(e[1], e[2]), 0.2, e[1] + " " + e[2]);
    }

    @Test
    void theSecondOrderSolverIsOfSecondOrder() {
        double[] e = errors(s -> new SecondOrderSampler(DENOISER, s), 26, 51, 101);
        assertEquals(2, order(e[0], e[1]), 0.2, e[0] + " " + e[1]);
        assertEquals(2, order(e[1], e[2]), 0.2, e[1] + " " + e[2]);
    }

    @Test
    void withTenToTwentyStepsTheSecondOrderSolverBeatsDdim() {
        NDArray start = exactStart(1000);
        float[] truth = run(new SecondOrderSampler(DENOISER, StepSubset.all(2401)), FINE, start);
        for (int n : new int[] {10, 15, 20}) {
            for (StepSubset few :
                    List.of(StepSubset.uniform(2401, n), StepSubset.quadratic(2401, n))) {
                float[] ddim = run(new DdimSampler(DENOISER, few, 0), FINE, start);
                float[] solver = run(new SecondOrderSampler(DENOISER, few), FINE, start);
                double first = meanDistance(truth, ddim);
                double second = meanDistance(truth, solver);
                // 0.67 at most; 3.4 for ten uniform steps if a long step is extrapolated too
                assertTrue(second < 0.75 * first, few + ": " + second + " against " + first);
            }
        }
    }

    @Test
    void everySamplerReturnsTheMixture() {
        NDArray start = exactStart(20_000);
        StepSubset some = StepSubset.uniform(2401, 61);
        // The walk's own error is below 0.015; 5 standard errors of mean and deviation are 0.021.
        double allowed = 0.036;
        for (Sampler sampler :
                List.of(
                        new DdimSampler(DENOISER, some, 0),
                        new DdimSampler(DENOISER, some, 0.5),
                        new DdimSampler(DENOISER, some, 1),
                        new SecondOrderSampler(DENOISER, some))) {
            assertTrue(farFromTheMixture(run(sampler, FINE, start)) < allowed, sampler.toString());
        }
    }

    @Test
    void aStartBelowTheLastStepUsesTheSignalOfThatStep() {
        NDArray start = start(manager, FINE, 600, 20_000);
        // The walk's own error is below 0.01; 5 standard errors of mean and deviation are 0.021.
        double allowed = 0.031;
        for (Function<StepSubset, Sampler> kind :
                List.<Function<StepSubset, Sampler>>of(
                        s -> new DdimSampler(DENOISER, s, 0),
                        s -> new SecondOrderSampler(DENOISER, s))) {
            float[] right = run(kind.apply(StepSubset.uniform(600, 61)), FINE, start);
            float[] takenForNoise = run(kind.apply(StepSubset.uniform(2401, 61)), FINE, start);
            assertTrue(farFromTheMixture(right) < allowed);
            assertTrue(farFromTheMixture(takenForNoise) > 2 * allowed);
        }
    }

    @Test
    void stepsThatTheScheduleLacksAreRefused() {
        Denoiser denoiser = new Denoiser(new ForwardProcess(Grid.SHORT));
        assertMessage(
                "t must be in [1, 10], got 11",
                () -> new SecondOrderSampler(denoiser, StepSubset.all(11)));
    }
}
