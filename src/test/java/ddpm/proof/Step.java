package ddpm.proof;

import ddpm.schedule.NoiseSchedule;

/** x_t from what comes before and the noise: one step of the chain, or the jump from x_0. */
@FunctionalInterface
interface Step {
    double next(NoiseSchedule s, double x, int t, double eps);
}
