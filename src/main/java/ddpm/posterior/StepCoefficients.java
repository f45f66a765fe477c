package ddpm.posterior;

import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;

/**
 * The numbers of one step: x_t = s x_0 + n ε and μ̃_t = a x_0 + b x_t, with β_t and √α_t.
 *
 * @param s √ᾱ_t
 * @param n √(1 - ᾱ_t)
 * @param a factor of x_0 in μ̃_t
 * @param b factor of x_t in μ̃_t
 * @param beta β_t
 * @param rootAlpha √α_t
 */
record StepCoefficients(double s, double n, double a, double b, double beta, double rootAlpha) {

    static StepCoefficients at(ForwardProcess forward, int t) {
        LinearCombination mean = new Posterior(forward.schedule()).meanFactors(t);
        return new StepCoefficients(
                forward.signalScale(t),
                forward.noiseScale(t),
                mean.a(),
                mean.b(),
                forward.schedule().beta(t),
                Math.sqrt(forward.schedule().alpha(t)));
    }
}
