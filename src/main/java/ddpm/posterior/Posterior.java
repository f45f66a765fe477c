package ddpm.posterior;

import ai.djl.ndarray.NDArray;
import ddpm.TensorCheck;
import ddpm.forward.LinearCombination;
import ddpm.schedule.NoiseSchedule;

/**
 * The way back when x_0 is known: q(x_{t-1} | x_t, x_0) = N(μ̃_t, β̃_t I). Ho et al. (2020), Eq. 6,
 * 7 and 10.
 */
public final class Posterior {

    private final NoiseSchedule schedule;

    /**
     * The posterior of the forward process with the given variances.
     *
     * @param schedule β_1 … β_T; tabulated here
     */
    public Posterior(NoiseSchedule schedule) {
        this.schedule = schedule.tabulated();
    }

    /**
     * The variances of the forward process.
     *
     * @return the schedule, tabulated
     */
    public NoiseSchedule schedule() {
        return schedule;
    }

    /**
     * Variance of q(x_{t-1} | x_t, x_0). Eq. 7. At t = 1 it is 0, because x_0 is known.
     *
     * <pre>β̃_t = (1 - ᾱ_{t-1}) / (1 - ᾱ_t) · β_t</pre>
     *
     * @param t step, 1 to T
     * @return β̃_t, in [0, β_t]
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double variance(int t) {
        double beta = schedule.beta(t);
        return schedule.oneMinusAlphaBar(t - 1) / schedule.oneMinusAlphaBar(t) * beta;
    }

    /**
     * The two factors of μ̃_t. Eq. 7. At t = 1 they are exactly 1 and 0.
     *
     * <pre>μ̃_t = √ᾱ_{t-1} β_t / (1 - ᾱ_t) · x_0  +  √α_t (1 - ᾱ_{t-1}) / (1 - ᾱ_t) · x_t</pre>
     *
     * @param t step, 1 to T
     * @return the factors of x_0 and of x_t
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public LinearCombination meanFactors(int t) {
        double beta = schedule.beta(t); // first, so that a bad t is reported as the caller wrote it
        double noise = schedule.oneMinusAlphaBar(t);
        return new LinearCombination(
                Math.sqrt(schedule.alphaBar(t - 1)) * beta / noise,
                Math.sqrt(schedule.alpha(t)) * schedule.oneMinusAlphaBar(t - 1) / noise);
    }

    /**
     * Mean of q(x_{t-1} | x_t, x_0). Eq. 7; the formula stands at {@link #meanFactors}. At t = 1 it
     * is x_0.
     *
     * @param x0 clean value
     * @param xt noisy value at step t
     * @param t step, 1 to T
     * @return μ̃_t
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double mean(double x0, double xt, int t) {
        return meanFactors(t).apply(x0, xt);
    }

    /**
     * {@link #mean(double, double, int)} for images that are all at the same step.
     *
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param xt noisy images at step t, shape of x0
     * @param t step, 1 to T
     * @return μ̃_t, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty or t is outside [1,
     *     T]
     */
    public NDArray mean(NDArray x0, NDArray xt, int t) {
        LinearCombination factors = meanFactors(t);
        TensorCheck.sameShape("x0", x0, "xt", xt);
        return factors.apply(x0, xt);
    }

    /**
     * {@link #mean(double, double, int)} for images that each have their own step.
     *
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param xt noisy images, shape of x0
     * @param t the step of each image, N integers in 1 … T
     * @return μ̃_t, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty, the length of t is
     *     not N or a step is outside [1, T]
     */
    public NDArray mean(NDArray x0, NDArray xt, int[] t) {
        TensorCheck.sameShape("x0", x0, "xt", xt);
        TensorCheck.oneStepPerImage("x0", x0, t);
        return LinearCombination.apply(x0, t, xt, this::meanFactors);
    }

    /**
     * The two factors of μ̃_t when x_0 is written through the noise. Eq. 10 and 11.
     *
     * <pre>μ̃_t = (x_t - β_t / √(1 - ᾱ_t) · ε) / √α_t</pre>
     *
     * @param t step, 1 to T
     * @return the factors of x_t and of ε
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public LinearCombination meanFromNoiseFactors(int t) {
        double root = Math.sqrt(schedule.alpha(t));
        double noiseScale = Math.sqrt(schedule.oneMinusAlphaBar(t));
        return new LinearCombination(1 / root, -schedule.beta(t) / (noiseScale * root));
    }

    /**
     * Mean of q(x_{t-1} | x_t, x_0) from the noise that made x_t out of x_0; with ε_θ in the place
     * of ε it is μ_θ. Eq. 10 and 11; the formula stands at {@link #meanFromNoiseFactors}.
     *
     * @param xt noisy value at step t
     * @param eps the noise that was drawn, or the guess of it
     * @param t step, 1 to T
     * @return μ̃_t
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double meanFromNoise(double xt, double eps, int t) {
        return meanFromNoiseFactors(t).apply(xt, eps);
    }

    /**
     * {@link #meanFromNoise(double, double, int)} for images that are all at the same step.
     *
     * @param xt noisy images (N, C, H, W)
     * @param eps the noise, shape of xt
     * @param t step, 1 to T
     * @return μ̃_t, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ, the batch is empty or t is outside [1,
     *     T]
     */
    public NDArray meanFromNoise(NDArray xt, NDArray eps, int t) {
        LinearCombination factors = meanFromNoiseFactors(t);
        TensorCheck.sameShape("xt", xt, "eps", eps);
        return factors.apply(xt, eps);
    }

    @Override
    public String toString() {
        return "Posterior[" + schedule + "]";
    }
}
