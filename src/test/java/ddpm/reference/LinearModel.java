package ddpm.reference;

import ddpm.forward.ForwardProcess;
import ddpm.loss.GaussianKl;
import java.util.function.IntToDoubleFunction;

/**
 * Data N(0, c) and steps back N(k_t x_t, β_t), with k_t a given factor times the regression of
 * x_{t-1} on x_t. Both sides of Eq. 3 are known.
 */
public record LinearModel(ForwardProcess forward, double c, IntToDoubleFunction factor) {

    public int steps() {
        return forward.schedule().steps();
    }

    public double variance(int t) {
        return forward.variance(c, t);
    }

    public double k(int t) {
        double covariance = Math.sqrt(forward.schedule().alpha(t)) * variance(t - 1);
        return factor.applyAsDouble(t) * covariance / variance(t);
    }

    /** E_q[log q(x_{1:T}|x_0) - log p_θ(x_{0:T})], from second moments. */
    public double bound() {
        double sum = crossEntropy(variance(steps()), 1);
        for (int t = 1; t <= steps(); t++) {
            double beta = forward.schedule().beta(t);
            double covariance = Math.sqrt(forward.schedule().alpha(t)) * variance(t - 1);
            double square = variance(t - 1) - 2 * k(t) * covariance + k(t) * k(t) * variance(t);
            sum += crossEntropy(square, beta) - crossEntropy(beta, beta);
        }
        return sum;
    }

    /** E[-log p_θ(x_0)], where p_θ(x_0) is the Gaussian that the steps back end in. */
    public double codeLength() {
        return crossEntropy(c, modelVariances()[0]);
    }

    /** The model as a chain in the other direction, step by step against q(x_t | x_{t-1}). */
    public double gap() {
        double[] s = modelVariances();
        double sum = 0;
        for (int t = 1; t <= steps(); t++) {
            double beta = forward.schedule().beta(t);
            double mean = Math.sqrt(forward.schedule().alpha(t)) - k(t) * s[t] / s[t - 1];
            double distance = mean * mean * variance(t - 1);
            sum += GaussianKl.isotropic(distance, 1, beta, s[t] * beta / s[t - 1]);
        }
        return sum;
    }

    private double[] modelVariances() {
        double[] s = new double[steps() + 1];
        s[steps()] = 1;
        for (int t = steps(); t >= 1; t--) {
            s[t - 1] = k(t) * k(t) * s[t] + forward.schedule().beta(t);
        }
        return s;
    }

    /** -E log N(x; 0, variance) for E x² = square. */
    private static double crossEntropy(double square, double variance) {
        return (Math.log(2 * Math.PI * variance) + square / variance) / 2;
    }
}
