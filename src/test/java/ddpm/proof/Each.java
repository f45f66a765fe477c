package ddpm.proof;

import ddpm.reference.ExactSchedule;
import ddpm.reference.Grid;
import ddpm.schedule.NoiseSchedule;

/** Goes through the schedules and steps that every formula is tried on. */
final class Each {

    private Each() {}

    /** Steps from the given one on. */
    static void step(int first, AtStep visitor) {
        schedule(
                (s, exact) ->
                        Grid.steps(s)
                                .filter(t -> t >= first)
                                .forEach(t -> visitor.visit(s, exact, t)));
    }

    static void schedule(AtSchedule visitor) {
        Grid.schedules().forEach(s -> visitor.visit(s.tabulated(), new ExactSchedule(s)));
    }

    @FunctionalInterface
    interface AtStep {
        void visit(NoiseSchedule schedule, ExactSchedule exact, int t);
    }

    @FunctionalInterface
    interface AtSchedule {
        void visit(NoiseSchedule schedule, ExactSchedule exact);
    }
}
