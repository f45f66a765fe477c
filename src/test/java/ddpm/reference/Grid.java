package ddpm.reference;

import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.schedule.QuadraticSchedule;
import ddpm.schedule.SigmoidSchedule;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The schedules and steps that every formula is tried on. */
public final class Grid {

    /** Short and strong, so that a chain of it still shows a step that is missing. */
    public static final LinearSchedule SHORT = new LinearSchedule(10, 0.05, 0.15);

    private Grid() {}

    public static Stream<NoiseSchedule> schedules() {
        return Stream.of(
                SHORT,
                LinearSchedule.DDPM,
                LinearSchedule.rescaled(50),
                new QuadraticSchedule(200, 1e-4, 0.05),
                CosineSchedule.IMPROVED_DDPM,
                new CosineSchedule(7),
                new SigmoidSchedule(300),
                new SigmoidSchedule(20, 0, 3, 0.7),
                NoiseSchedule.ofBetas(0.5),
                NoiseSchedule.ofBetas(1e-9, 0.3, 0.999, 1e-5, 0.5));
    }

    /** All steps of a short schedule; of a long one the ends and some between. */
    public static IntStream steps(NoiseSchedule schedule) {
        int last = schedule.steps();
        return last <= 50
                ? IntStream.rangeClosed(1, last)
                : IntStream.of(1, 2, 3, 5, 10, last / 4, last / 2, last - 2, last - 1, last);
    }
}
