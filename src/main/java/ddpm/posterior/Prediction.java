package ddpm.posterior;

import ai.djl.ndarray.NDArray;
import ddpm.TensorCheck;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;

/**
 * What the output of a network stands for. Given x_t, each of the four fixes the other three, by
 * formulas that are linear; Ho et al. (2020), Eq. 7, 10, 11 and 15.
 *
 * <p>With s = √ᾱ_t and n = √(1 - ᾱ_t), so that x_t = s x_0 + n ε, and with a, b the factors of μ̃_t
 * = a x_0 + b x_t:
 *
 * <pre>
 *            target             x_0                  ε
 * EPSILON    ε                  (x_t - n ε) / s      ε
 * X0         x_0                x_0                  (x_t - s x_0) / n
 * MEAN       μ̃_t                (μ - b x_t) / a      (x_t - √α_t μ) n / β_t
 * V          s ε - n x_0        s x_t - n v          n x_t + s v
 * </pre>
 *
 * <p>No tensor method takes an empty batch. Near t = T, s is small: x_0 from ε is then
 * ill-conditioned, with condition number 1 / s. At small t, ε from x_0 is, with 1 / n. V has
 * neither fault.
 */
public enum Prediction {
    /** The noise that was drawn: the paper's choice. Eq. 11, 14 and 15. */
    EPSILON,

    /** The clean image. */
    X0,

    /** The mean of the step back, μ̃_t. Eq. 8. */
    MEAN,

    /** The velocity v = √ᾱ_t ε - √(1 - ᾱ_t) x_0. Salimans and Ho (2022), Sec. 4. */
    V;

    /**
     * What the network should answer, from the image and the noise that made x_t.
     *
     * @param forward the forward process
     * @param x0 clean value
     * @param t step, 1 to T
     * @param eps the noise that was drawn
     * @return the target
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double target(ForwardProcess forward, double x0, int t, double eps) {
        return targetFactors(forward, t).apply(x0, eps);
    }

    /**
     * {@link #target(ForwardProcess, double, int, double)} for images at the same step.
     *
     * @param forward the forward process
     * @param x0 clean images (N, C, H, W)
     * @param t step, 1 to T
     * @param eps the noise that was drawn, shape of x0
     * @return the target, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ or t is outside [1, T]
     */
    public NDArray target(ForwardProcess forward, NDArray x0, int t, NDArray eps) {
        TensorCheck.sameShape("x0", x0, "eps", eps);
        return targetFactors(forward, t).apply(x0, eps);
    }

    /**
     * {@link #target(ForwardProcess, double, int, double)} for images that each have their own
     * step.
     *
     * @param forward the forward process
     * @param x0 clean images (N, C, H, W)
     * @param t the step of each image, N integers in 1 … T
     * @param eps the noise that was drawn, shape of x0
     * @return the target, shape of x0, attached to x0's manager
     * @throws IllegalArgumentException if the shapes differ, t is not N long or outside [1, T]
     */
    public NDArray target(ForwardProcess forward, NDArray x0, int[] t, NDArray eps) {
        TensorCheck.sameShape("x0", x0, "eps", eps);
        TensorCheck.oneStepPerImage("x0", x0, t);
        return LinearCombination.apply(x0, t, eps, step -> targetFactors(forward, step));
    }

    /**
     * The clean value that the output stands for: x̂_0, Eq. 15. It is not clipped.
     *
     * @param forward the forward process
     * @param xt noisy value
     * @param t step, 1 to T
     * @param output what the network answered
     * @return x̂_0
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double x0(ForwardProcess forward, double xt, int t, double output) {
        return x0Factors(forward, t).apply(xt, output);
    }

    /**
     * {@link #x0(ForwardProcess, double, int, double)} for images at the same step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t step, 1 to T
     * @param output what the network answered, shape of xt
     * @return x̂_0, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ or t is outside [1, T]
     */
    public NDArray x0(ForwardProcess forward, NDArray xt, int t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        return x0Factors(forward, t).apply(xt, output);
    }

    /**
     * {@link #x0(ForwardProcess, double, int, double)} for images that each have their own step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t the step of each image, N integers in 1 … T
     * @param output what the network answered, shape of xt
     * @return x̂_0, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ, t is not N long or outside [1, T]
     */
    public NDArray x0(ForwardProcess forward, NDArray xt, int[] t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        TensorCheck.oneStepPerImage("xt", xt, t);
        return LinearCombination.apply(xt, t, output, step -> x0Factors(forward, step));
    }

    /**
     * The noise that the output stands for: ε_θ.
     *
     * @param forward the forward process
     * @param xt noisy value
     * @param t step, 1 to T
     * @param output what the network answered
     * @return ε_θ
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double eps(ForwardProcess forward, double xt, int t, double output) {
        return epsFactors(forward, t).apply(xt, output);
    }

    /**
     * {@link #eps(ForwardProcess, double, int, double)} for images at the same step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t step, 1 to T
     * @param output what the network answered, shape of xt
     * @return ε_θ, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ or t is outside [1, T]
     */
    public NDArray eps(ForwardProcess forward, NDArray xt, int t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        return epsFactors(forward, t).apply(xt, output);
    }

    /**
     * {@link #eps(ForwardProcess, double, int, double)} for images that each have their own step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t the step of each image, N integers in 1 … T
     * @param output what the network answered, shape of xt
     * @return ε_θ, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ, t is not N long or outside [1, T]
     */
    public NDArray eps(ForwardProcess forward, NDArray xt, int[] t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        TensorCheck.oneStepPerImage("xt", xt, t);
        return LinearCombination.apply(xt, t, output, step -> epsFactors(forward, step));
    }

    /**
     * The mean of the step back that the output stands for: μ_θ(x_t, t), Eq. 7 with x̂_0 in the
     * place of x_0. For EPSILON this is Eq. 11.
     *
     * @param forward the forward process
     * @param xt noisy value
     * @param t step, 1 to T
     * @param output what the network answered
     * @return μ_θ
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public double mean(ForwardProcess forward, double xt, int t, double output) {
        return meanFactors(forward, t).apply(xt, output);
    }

    /**
     * {@link #mean(ForwardProcess, double, int, double)} for images at the same step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t step, 1 to T
     * @param output what the network answered, shape of xt
     * @return μ_θ, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ or t is outside [1, T]
     */
    public NDArray mean(ForwardProcess forward, NDArray xt, int t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        return meanFactors(forward, t).apply(xt, output);
    }

    /**
     * {@link #mean(ForwardProcess, double, int, double)} for images that each have their own step.
     *
     * @param forward the forward process
     * @param xt noisy images (N, C, H, W)
     * @param t the step of each image, N integers in 1 … T
     * @param output what the network answered, shape of xt
     * @return μ_θ, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the shapes differ, t is not N long or outside [1, T]
     */
    public NDArray mean(ForwardProcess forward, NDArray xt, int[] t, NDArray output) {
        TensorCheck.sameShape("xt", xt, "output", output);
        TensorCheck.oneStepPerImage("xt", xt, t);
        return LinearCombination.apply(xt, t, output, step -> meanFactors(forward, step));
    }

    /**
     * The factors of x_t and of the output in μ_θ. The second one says how strongly an error of the
     * network moves the step back, so the weights of the bound follow from it (Eq. 12).
     *
     * @param forward the forward process
     * @param t step, 1 to T
     * @return the factors of x_t and of the output
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    public LinearCombination meanFactors(ForwardProcess forward, int t) {
        StepCoefficients q = StepCoefficients.at(forward, t);
        LinearCombination clean = x0Factors(forward, t);
        return new LinearCombination(q.a() * clean.a() + q.b(), q.a() * clean.b());
    }

    private LinearCombination targetFactors(ForwardProcess forward, int t) { // of x_0 and ε
        StepCoefficients q = StepCoefficients.at(forward, t);
        return switch (this) {
            case EPSILON -> new LinearCombination(0, 1);
            case X0 -> new LinearCombination(1, 0);
            case MEAN -> new LinearCombination(q.a() + q.b() * q.s(), q.b() * q.n());
            case V -> new LinearCombination(-q.n(), q.s());
        };
    }

    private LinearCombination x0Factors(ForwardProcess forward, int t) { // of x_t and the output
        StepCoefficients q = StepCoefficients.at(forward, t);
        return switch (this) {
            case EPSILON -> new LinearCombination(1 / q.s(), -q.n() / q.s());
            case X0 -> new LinearCombination(0, 1);
            case MEAN -> new LinearCombination(-q.b() / q.a(), 1 / q.a());
            case V -> new LinearCombination(q.s(), -q.n());
        };
    }

    private LinearCombination epsFactors(ForwardProcess forward, int t) { // of x_t and the output
        StepCoefficients q = StepCoefficients.at(forward, t);
        return switch (this) {
            case EPSILON -> new LinearCombination(0, 1);
            case X0 -> new LinearCombination(1 / q.n(), -q.s() / q.n());
            case MEAN -> new LinearCombination(q.n() / q.beta(), -q.rootAlpha() * q.n() / q.beta());
            case V -> new LinearCombination(q.n(), q.s());
        };
    }
}
