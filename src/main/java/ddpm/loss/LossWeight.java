package ddpm.loss;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;

/** How much the squared error at step t counts. A notebook cell can implement it in one line. */
@FunctionalInterface
public interface LossWeight {

    /** Every step counts the same: L_simple, Ho et al. (2020), Eq. 14. */
    LossWeight SIMPLE = t -> 1;

    /**
     * The weight of a step.
     *
     * @param t step, 1 to T
     * @return the weight, at least 0
     */
    double at(int t);

    /**
     * The weights with which the squared error is the step's term of the bound, up to a constant:
     * λ_t of Ho et al. (2020), Eq. 12. With c the factor of the network's output in μ_θ:
     *
     * <pre>λ_t = c² / (2 σ_t²);  for EPSILON c² = β_t² / (α_t (1 - ᾱ_t))</pre>
     *
     * <p>At t = 1 the bound has the discrete decoder in the place of this term. With {@link
     * ReverseVariance#POSTERIOR} the weight at t = 1 is infinite, because σ_1² = 0.
     *
     * @param forward the forward process
     * @param prediction what the output of the network stands for
     * @param reverseVariance σ_t²
     * @return the weights, for a squared error that is summed over the dimensions
     */
    static LossWeight ofBound(
            ForwardProcess forward, Prediction prediction, ReverseVariance reverseVariance) {
        return t -> {
            double factor = prediction.meanFactors(forward, t).b();
            return factor * factor / (2 * reverseVariance.variance(forward.schedule(), t));
        };
    }
}
