package ddpm.loss;

import static ddpm.reference.Decimals.assertExact;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.reference.Grid;
import ddpm.reference.LinearModel;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * E[-log p_θ(x_0)] ≤ L, Eq. 3, where both sides are known: data N(0, c) and steps back N(k_t x_t,
 * σ_t²). The gap is the KL of q(x_{1:T} | x_0) to p_θ(x_{1:T} | x_0).
 */
final class BoundGapTest {

    static Stream<NoiseSchedule> schedules() {
        return Stream.of(
                Grid.SHORT,
                LinearSchedule.rescaled(50),
                LinearSchedule.DDPM,
                new CosineSchedule(7),
                NoiseSchedule.ofBetas(0.5));
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theBoundIsTheCodeLengthAndTheGap(NoiseSchedule schedule) {
        for (double c : new double[] {0.2, 1, 3}) {
            for (double factor : new double[] {0.8, 1, 1.05}) {
                var model = new LinearModel(new ForwardProcess(schedule), c, t -> factor);
                double size = model.bound() + schedule.steps() * 10;
                assertExact(model.codeLength() + model.gap(), model.bound(), size);
                assertTrue(model.gap() > 0 || (c == 1 && factor == 1));
                assertTrue(model.bound() > model.codeLength() - 1e-12 * size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void theBoundIsTightIfTheModelRunsTheChainBackwards(NoiseSchedule schedule) {
        // Data N(0, 1) stay N(0, 1): the step back is N(√α_t x_t, β_t), and p(x_T) is exact too.
        var model = new LinearModel(new ForwardProcess(schedule), 1, t -> 1);
        double entropy = Math.log(2 * Math.PI * Math.E) / 2;
        assertEquals(0, model.gap(), 1e-12 * schedule.steps());
        assertEquals(entropy, model.bound(), 1e-12 * schedule.steps());
        assertEquals(entropy, model.codeLength(), 1e-12 * schedule.steps());
    }
}
