package ddpm.schedule;

import ddpm.Check;
import java.util.stream.IntStream;

/** A schedule held in tables: β_t, ᾱ_t and 1 - ᾱ_t at index t, with index 0 for x_0. */
final class TabulatedSchedule implements NoiseSchedule {

    private final String name;
    private final double[] beta;
    private final double[] alphaBar;
    private final double[] oneMinusAlphaBar;

    TabulatedSchedule(NoiseSchedule schedule) {
        this(
                schedule.toString(),
                IntStream.rangeClosed(1, schedule.steps()).mapToDouble(schedule::beta).toArray());
    }

    TabulatedSchedule(double[] betas) {
        this("NoiseSchedule of " + betas.length + " betas", betas);
    }

    private TabulatedSchedule(String name, double[] betas) {
        int steps = betas.length;
        Check.that(steps >= 1, "a schedule needs at least one beta, got none");
        this.name = name;
        beta = new double[steps + 1];
        alphaBar = new double[steps + 1];
        oneMinusAlphaBar = new double[steps + 1];
        alphaBar[0] = 1;
        for (int t = 1; t <= steps; t++) {
            double b = betas[t - 1];
            Check.that(0 < b && b < 1, "beta must be in (0, 1), got %s at t = %d", b, t);
            beta[t] = b;
            alphaBar[t] = alphaBar[t - 1] * (1 - b);
            oneMinusAlphaBar[t] = oneMinusAlphaBar[t - 1] + alphaBar[t - 1] * b;
        }
    }

    @Override
    public int steps() {
        return beta.length - 1;
    }

    @Override
    public double beta(int t) {
        checkStep(t);
        return beta[t];
    }

    @Override
    public double alphaBar(int t) {
        return alphaBar[from0(t)];
    }

    @Override
    public double oneMinusAlphaBar(int t) {
        return oneMinusAlphaBar[from0(t)];
    }

    @Override
    public NoiseSchedule tabulated() {
        return this;
    }

    @Override
    public String toString() {
        return name;
    }

    private int from0(int t) {
        Check.that(0 <= t && t <= steps(), "t must be in [0, %d], got %d", steps(), t);
        return t;
    }
}
