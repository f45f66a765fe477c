package ddpm.forward;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.TensorCheck;
import ddpm.schedule.NoiseSchedule;

/**
 * The forward process q, which turns an image into noise step by step. Noise is always an argument,
 * so that every method is a plain function. Ho et al. (2020), Eq. 2 and 4.
 */
public final class ForwardProcess {

    private final NoiseSchedule schedule;

    /**
     * The process with the given variances.
     *
     * @param schedule β_1 … β_T; tabulated here
     */
    public ForwardProcess(NoiseSchedule schedule) {
        this.schedule = schedule.tabulated();
    }

    /**
     * The variances of the steps.
     *
     * @return the schedule, tabulated
     */
    public NoiseSchedule schedule() {
        return schedule;
    }

    /**
     * The factor of x_0 in x_t, √ᾱ_t. Eq. 4.
     *
     * @param t step, 0 to T
     * @return √ᾱ_t, in (0, 1]
     * @throws IllegalArgumentException if t is outside [0, T]
     */
    public double signalScale(int t) {
        return Math.sqrt(schedule.alphaBar(t));
    }

    /**
     * The standard deviation of the noise in x_t, √(1 - ᾱ_t). Eq. 4.
     *
     * @param t step, 0 to T
     * @return √(1 - ᾱ_t), in [0, 1)
     * @throws IllegalArgumentException if t is outside [0, T]
     */
    public double noiseScale(int t) {
        return Math.sqrt(schedule.oneMinusAlphaBar(t));
    }

    /**
     * The variance of x_t when the data have the given variance. It tends to 1 from either side.
     *
     * <pre>Var(x_t) = ᾱ_t Var(x_0) + 1 - ᾱ_t</pre>
     *
     * @param dataVariance Var(x_0), at least 0
     * @param t step, 0 to T
     * @return Var(x_t)
     * @throws IllegalArgumentException if the variance is negative or t is outside [0, T]
     */
    public double variance(double dataVariance, int t) {
        Check.that(
                0 <= dataVariance && dataVariance < Double.POSITIVE_INFINITY,
                "dataVariance must be >= 0 and finite, got %s",
                dataVariance);
        return schedule.alphaBar(t) * dataVariance + schedule.oneMinusAlphaBar(t);
    }

    /**
     * A sample of q(x_t | x_0), in one jump. Eq. 4.
     *
     * <pre>x_t = √ᾱ_t x_0 + √(1 - ᾱ_t) ε</pre>
     *
     * @param x0 clean value
     * @param t step, 1 to T
     * @param eps noise, drawn from N(0, 1)
     * @return x_t
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double sample(double x0, int t, double eps) {
        return jump(t).apply(x0, eps);
    }

    /**
     * {@link #sample(double, int, double)} for images that are all at the same step.
     *
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param t step, 1 to T
     * @param eps noise, shape of x0
     * @return x_t, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty or t is outside [1,
     *     T]
     */
    public NDArray sample(NDArray x0, int t, NDArray eps) {
        LinearCombination jump = jump(t);
        TensorCheck.sameShape("x0", x0, "eps", eps);
        return jump.apply(x0, eps);
    }

    /**
     * {@link #sample(double, int, double)} for images that each have their own step.
     *
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param t the step of each image, N integers in 1 … T
     * @param eps noise, shape of x0
     * @return x_t, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty, the length of t is
     *     not N or a step is outside [1, T]
     */
    public NDArray sample(NDArray x0, int[] t, NDArray eps) {
        TensorCheck.sameShape("x0", x0, "eps", eps);
        TensorCheck.oneStepPerImage("x0", x0, t);
        return LinearCombination.apply(x0, t, eps, this::jump);
    }

    /**
     * A sample of q(x_t | x_{t-1}): one step of the chain. Eq. 2.
     *
     * <pre>x_t = √(1 - β_t) x_{t-1} + √β_t ε</pre>
     *
     * @param xPrevious x_{t-1}
     * @param t the step that is taken, 1 to T
     * @param eps noise, drawn from N(0, 1), fresh at every step
     * @return x_t
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double step(double xPrevious, int t, double eps) {
        return oneStep(t).apply(xPrevious, eps);
    }

    /**
     * {@link #step(double, int, double)} for images.
     *
     * @param xPrevious x_{t-1}, (N, C, H, W)
     * @param t the step that is taken, 1 to T
     * @param eps noise, shape of xPrevious
     * @return x_t, shape of xPrevious, attached to xPrevious's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty or t is outside [1,
     *     T]
     */
    public NDArray step(NDArray xPrevious, int t, NDArray eps) {
        LinearCombination step = oneStep(t);
        TensorCheck.sameShape("xPrevious", xPrevious, "eps", eps);
        return step.apply(xPrevious, eps);
    }

    @Override
    public String toString() {
        return "ForwardProcess[" + schedule + "]";
    }

    private LinearCombination jump(int t) {
        schedule.checkStep(t);
        return new LinearCombination(signalScale(t), noiseScale(t));
    }

    private LinearCombination oneStep(int t) {
        return new LinearCombination(Math.sqrt(schedule.alpha(t)), Math.sqrt(schedule.beta(t)));
    }
}
