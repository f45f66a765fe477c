package ddpm.schedule;

import ddpm.Check;

/**
 * The variances β_1 … β_T of the forward process. Steps run from 1 to T as in the paper, and ᾱ_0 =
 * 1.
 *
 * <p>An implementation gives {@link #steps()} and {@link #beta(int)}; the rest follows. Ho et al.
 * (2020), Eq. 2 and 4.
 */
public interface NoiseSchedule {

    /**
     * The number of steps T.
     *
     * @return T, at least 1
     */
    int steps();

    /**
     * The variance of the noise that step t adds.
     *
     * @param t step, 1 to T
     * @return β_t, in (0, 1)
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    double beta(int t);

    /**
     * The share of the variance that step t keeps.
     *
     * <pre>α_t = 1 - β_t</pre>
     *
     * @param t step, 1 to T
     * @return α_t, in (0, 1)
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    default double alpha(int t) {
        return 1 - beta(t);
    }

    /**
     * The share of the data's variance that is left after t steps.
     *
     * <pre>ᾱ_t = Π_{s=1}^t α_s</pre>
     *
     * @param t step, 0 to T; ᾱ_0 = 1
     * @return ᾱ_t, in (0, 1]
     * @throws IllegalArgumentException if t is outside [0, T]
     */
    default double alphaBar(int t) {
        checkFromZero(t);
        double product = 1;
        for (int s = 1; s <= t; s++) {
            product *= alpha(s);
        }
        return product;
    }

    /**
     * The variance of the noise in x_t. Summed from positive terms, so that nothing cancels where
     * ᾱ_t is near 1.
     *
     * <pre>1 - ᾱ_t = Σ_{s=1}^t ᾱ_{s-1} β_s</pre>
     *
     * @param t step, 0 to T
     * @return 1 - ᾱ_t, in [0, 1)
     * @throws IllegalArgumentException if t is outside [0, T]
     */
    default double oneMinusAlphaBar(int t) {
        checkFromZero(t);
        double sum = 0;
        double product = 1;
        for (int s = 1; s <= t; s++) {
            sum += product * beta(s);
            product *= alpha(s);
        }
        return sum;
    }

    /**
     * The signal-to-noise ratio of x_t for data of variance 1.
     *
     * <pre>SNR(t) = ᾱ_t / (1 - ᾱ_t)</pre>
     *
     * @param t step, 1 to T
     * @return the ratio, positive
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    default double signalToNoise(int t) {
        checkStep(t);
        return alphaBar(t) / oneMinusAlphaBar(t);
    }

    /**
     * The same schedule with every value computed once, so that each look-up takes constant time.
     *
     * @return a schedule that equals this one at every step
     */
    default NoiseSchedule tabulated() {
        return new TabulatedSchedule(this);
    }

    /**
     * A schedule from a list of variances.
     *
     * @param betas β_1 … β_T, each in (0, 1); copied
     * @return the schedule
     * @throws IllegalArgumentException if the list is empty or a value is outside (0, 1)
     */
    static NoiseSchedule ofBetas(double... betas) {
        return new TabulatedSchedule(betas);
    }

    /**
     * Refuses a step outside 1 … T.
     *
     * @param t step
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    default void checkStep(int t) {
        Check.that(1 <= t && t <= steps(), "t must be in [1, %d], got %d", steps(), t);
    }

    private void checkFromZero(int t) {
        Check.that(0 <= t && t <= steps(), "t must be in [0, %d], got %d", steps(), t);
    }
}
