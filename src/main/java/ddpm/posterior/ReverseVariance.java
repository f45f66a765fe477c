package ddpm.posterior;

import ddpm.schedule.NoiseSchedule;

/**
 * The variance σ_t² of the step back, p_θ(x_{t-1} | x_t) = N(μ_θ, σ_t² I). Ho et al. (2020), Sec.
 * 3.2: both choices gave similar results.
 */
public sealed interface ReverseVariance {

    /** σ_t² = β_t, the best choice for t &gt; 1 if x_0 ~ N(0, I). */
    ReverseVariance BETA = new Beta();

    /** σ_t² = β̃_t, the best choice for t &gt; 1 if x_0 is a single point. */
    ReverseVariance POSTERIOR = new PosteriorVariance();

    /**
     * The variance by its formula. The sampler adds no noise at t = 1 whatever this says (Algorithm
     * 2), and the likelihood takes {@link #decoderVariance} there.
     *
     * @param schedule β_1 … β_T
     * @param t step, 1 to T
     * @return σ_t²; for {@link #POSTERIOR} it is 0 at t = 1
     * @throws IllegalArgumentException if t is outside [1, T]
     */
    double variance(NoiseSchedule schedule, int t);

    /**
     * σ_1² of the discrete decoder p_θ(x_0 | x_1), Eq. 13. It must be positive, so {@link
     * #POSTERIOR} takes β̃_2 instead of β̃_1 = 0, as the authors' code does.
     *
     * @param schedule β_1 … β_T
     * @return σ_1², positive
     * @throws IllegalArgumentException if it needs β̃_2 and T is 1
     */
    double decoderVariance(NoiseSchedule schedule);

    /** σ_t² = β_t. */
    record Beta() implements ReverseVariance {

        @Override
        public double variance(NoiseSchedule schedule, int t) {
            return schedule.beta(t);
        }

        @Override
        public double decoderVariance(NoiseSchedule schedule) {
            return schedule.beta(1);
        }

        @Override
        public String toString() {
            return "σ² = β";
        }
    }

    /** σ_t² = β̃_t. */
    record PosteriorVariance() implements ReverseVariance {

        @Override
        public double variance(NoiseSchedule schedule, int t) {
            return new Posterior(schedule).variance(t);
        }

        @Override
        public double decoderVariance(NoiseSchedule schedule) {
            return new Posterior(schedule).variance(2);
        }

        @Override
        public String toString() {
            return "σ² = β̃";
        }
    }
}
