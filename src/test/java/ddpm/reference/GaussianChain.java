package ddpm.reference;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import java.util.function.IntToDoubleFunction;

/**
 * Algorithm 2 on data N(0, data) with the exact ε. Each step is linear, ε*(x_t) = √(1-ᾱ_t) x_t /
 * Var(x_t), so the law of the result is a Gaussian that is known.
 */
public record GaussianChain(ForwardProcess forward, double data) {

    /** ε*. */
    public double eps(double xt, int t) {
        return xt * forward.noiseScale(t) / forward.variance(data, t);
    }

    /** E[x_0 | x_T], walked step by step. */
    public double mean(double xT) {
        double x = xT;
        for (int t = forward.schedule().steps(); t >= 1; t--) {
            x = Prediction.EPSILON.mean(forward, x, t, eps(x, t));
        }
        return x;
    }

    /** The variance of x_0, from that of x_T and the variance that each step adds. */
    public double variance(double ofXt, IntToDoubleFunction added) {
        double variance = ofXt;
        for (int t = forward.schedule().steps(); t >= 1; t--) {
            double slope = Prediction.EPSILON.mean(forward, 1, t, eps(1, t));
            variance = slope * slope * variance + added.applyAsDouble(t);
        }
        return variance;
    }

    /** The variance of x_0 from the exact q(x_T), without noise at the last step. */
    public double variance(ReverseVariance reverse) {
        return variance(forward.variance(data, forward.schedule().steps()), noise(reverse));
    }

    /** σ_t², and 0 at the last step. */
    public IntToDoubleFunction noise(ReverseVariance reverse) {
        return t -> t > 1 ? reverse.variance(forward.schedule(), t) : 0;
    }
}
