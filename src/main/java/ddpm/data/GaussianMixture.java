package ddpm.data;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.TensorCheck;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.schedule.NoiseSchedule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A toy law of data on the line whose noisy laws q(x_t) and best noise prediction are known
 * exactly.
 *
 * <pre>q(x_0) = Σ_k w_k N(m_k, s_k²),  q(x_t) = Σ_k w_k N(√ᾱ_t m_k, ᾱ_t s_k² + 1 - ᾱ_t)</pre>
 *
 * @param components the Gaussians; their weights sum to 1
 */
public record GaussianMixture(List<Component> components) {

    private static final double LOG_ROOT_2_PI = Math.log(2 * Math.PI) / 2;

    /**
     * Copies the list and checks the weights.
     *
     * @param components the Gaussians
     */
    public GaussianMixture {
        components = List.copyOf(components);
        double sum = components.stream().mapToDouble(Component::weight).sum();
        Check.that(Math.abs(sum - 1) <= 1e-9, "weights must sum to 1, got %s", sum);
    }

    /**
     * A mixture of the given Gaussians.
     *
     * @param components the Gaussians; their weights sum to 1
     */
    public GaussianMixture(Component... components) {
        this(List.of(components));
    }

    /**
     * One Gaussian of the mixture.
     *
     * @param weight w_k, in (0, 1]
     * @param mean m_k
     * @param standardDeviation s_k, at least 0; 0 is a point, which has no density until it is
     *     noised
     */
    public record Component(double weight, double mean, double standardDeviation) {

        /**
         * Checks the ranges.
         *
         * @param weight w_k, in (0, 1]
         * @param mean m_k
         * @param standardDeviation s_k, at least 0
         */
        public Component {
            Check.that(0 < weight && weight <= 1, "weight must be in (0, 1], got %s", weight);
            Check.that(Double.isFinite(mean), "mean must be finite, got %s", mean);
            Check.that(
                    0 <= standardDeviation && standardDeviation < Double.POSITIVE_INFINITY,
                    "standardDeviation must be >= 0 and finite, got %s",
                    standardDeviation);
        }

        /** log(w_k N(x; m_k, s_k²)). */
        private double logWeightedDensity(double x) {
            Check.that(standardDeviation > 0, "a point at %s has no density", mean);
            double z = (x - mean) / standardDeviation;
            return Math.log(weight) - z * z / 2 - Math.log(standardDeviation) - LOG_ROOT_2_PI;
        }

        private Component after(double scale, double variance) {
            return new Component(
                    weight,
                    scale * mean,
                    Math.sqrt(scale * scale * standardDeviation * standardDeviation + variance));
        }

        /** This Gaussian times N(y; root x, beta) as a function of x: the precisions add. */
        private Component stepBack(double newWeight, double root, double beta, double y) {
            double own = standardDeviation * standardDeviation;
            double both = root * root * own + beta;
            return new Component(
                    newWeight,
                    (mean * beta + root * own * y) / both,
                    standardDeviation * Math.sqrt(beta / both));
        }
    }

    /**
     * The mean of the mixture.
     *
     * @return Σ_k w_k m_k
     */
    public double mean() {
        return components.stream().mapToDouble(c -> c.weight * c.mean).sum();
    }

    /**
     * The variance of the mixture.
     *
     * @return Σ_k w_k (s_k² + (m_k - mean)²)
     */
    public double variance() {
        double mean = mean();
        return components.stream()
                .mapToDouble(
                        c ->
                                c.weight
                                        * (c.standardDeviation * c.standardDeviation
                                                + (c.mean - mean) * (c.mean - mean)))
                .sum();
    }

    /**
     * The density at a point.
     *
     * @param x where
     * @return p(x)
     * @throws IllegalArgumentException if a component is a point
     */
    public double density(double x) {
        return Math.exp(logDensity(x));
    }

    /**
     * The logarithm of the density at a point, right far from all components.
     *
     * @param x where
     * @return log p(x)
     * @throws IllegalArgumentException if x is not finite or a component is a point
     */
    public double logDensity(double x) {
        double[] logs = logTerms(x);
        double largest = Arrays.stream(logs).max().orElseThrow();
        return largest + Math.log(Arrays.stream(logs).map(l -> Math.exp(l - largest)).sum());
    }

    /**
     * The slope of the log density.
     *
     * <pre>d/dx log p(x) = Σ_k P(k | x) (m_k - x) / s_k²</pre>
     *
     * @param x where
     * @return the score
     * @throws IllegalArgumentException if x is not finite or a component is a point
     */
    public double score(double x) {
        double[] logs = logTerms(x);
        double largest = Arrays.stream(logs).max().orElseThrow();
        double total = 0;
        double slope = 0;
        for (int k = 0; k < logs.length; k++) {
            Component c = components.get(k);
            double share = Math.exp(logs[k] - largest);
            total += share;
            slope += share * (c.mean - x) / (c.standardDeviation * c.standardDeviation);
        }
        return slope / total;
    }

    /**
     * A sample.
     *
     * @param random where the randomness comes from
     * @return x_0
     */
    public double sample(RandomGenerator random) {
        double left = random.nextDouble();
        int k = 0;
        while (k < components.size() - 1 && left >= components.get(k).weight) {
            left -= components.get(k).weight;
            k++;
        }
        Component chosen = components.get(k);
        return chosen.mean + chosen.standardDeviation * random.nextGaussian();
    }

    /**
     * The law of x_t when this is the law of x_0: again a mixture.
     *
     * @param forward the forward process
     * @param t step, 0 to T
     * @return q(x_t)
     * @throws IllegalArgumentException if t is outside [0, T]
     */
    public GaussianMixture noised(ForwardProcess forward, int t) {
        return after(forward.signalScale(t), forward.schedule().oneMinusAlphaBar(t));
    }

    /**
     * The law of x_{t-1} given x_t, when this is the law of x_{t-1}: again a mixture, by Bayes'
     * rule.
     *
     * <pre>q(x_{t-1} | x_t) ∝ Σ_k w_k N(x_{t-1}; m_k, s_k²) N(x_t; √α_t x_{t-1}, β_t)</pre>
     *
     * @param schedule the variances of the steps
     * @param t the step that is undone, 1 to T
     * @param xt the noisy value
     * @return the law; components of weight 0 are left out
     * @throws IllegalArgumentException if xt is not finite or t is outside [1, T]
     */
    public GaussianMixture stepBack(NoiseSchedule schedule, int t, double xt) {
        double root = Math.sqrt(schedule.alpha(t));
        double beta = schedule.beta(t);
        double[] logs = after(root, beta).logTerms(xt);
        double largest = Arrays.stream(logs).max().orElseThrow();
        double total = Arrays.stream(logs).map(l -> Math.exp(l - largest)).sum();
        List<Component> back = new ArrayList<>();
        for (int k = 0; k < logs.length; k++) {
            double weight = Math.exp(logs[k] - largest) / total;
            if (weight > 0) {
                back.add(components.get(k).stepBack(weight, root, beta, xt));
            }
        }
        return new GaussianMixture(back);
    }

    /** The law of scale · x + noise of the given variance. */
    private GaussianMixture after(double scale, double variance) {
        return new GaussianMixture(components.stream().map(c -> c.after(scale, variance)).toList());
    }

    /**
     * The best prediction of the noise, which a perfect network would give.
     *
     * <pre>ε*(x_t, t) = E[ε | x_t] = -√(1 - ᾱ_t) d/dx_t log q(x_t)</pre>
     *
     * @param forward the forward process
     * @param xt noisy value
     * @param t step, 1 to T
     * @return ε*
     * @throws IllegalArgumentException if xt is not finite or t is outside [1, T]
     */
    public double eps(ForwardProcess forward, double xt, int t) {
        forward.schedule().checkStep(t);
        return -forward.noiseScale(t) * noised(forward, t).score(xt);
    }

    /**
     * {@link #eps(ForwardProcess, double, int)} of each number of a batch: the exact {@code
     * NoisePredictor} is {@code (xt, t) -> mixture.eps(forward, xt, t)}. No gradient flows through
     * it.
     *
     * @param forward the forward process
     * @param xt noisy values (N, …)
     * @param t the step of each of the N, integers in 1 … T
     * @return ε*, shape of xt, attached to xt's manager
     * @throws IllegalArgumentException if the batch is empty, the length of t is not N or a step is
     *     outside [1, T]
     */
    public NDArray eps(ForwardProcess forward, NDArray xt, int[] t) {
        TensorCheck.oneStepPerImage("xt", xt, t);
        float[] values = Tensors.floats(xt);
        int size = values.length / t.length;
        for (int n = 0; n < t.length; n++) {
            forward.schedule().checkStep(t[n]);
            GaussianMixture law = noised(forward, t[n]);
            double scale = forward.noiseScale(t[n]);
            for (int i = n * size; i < (n + 1) * size; i++) {
                values[i] = (float) (-scale * law.score(values[i]));
            }
        }
        return Tensors.of(xt.getManager(), values, xt.getShape());
    }

    private double[] logTerms(double x) {
        Check.that(Double.isFinite(x), "x must be finite, got %s", x);
        return components.stream().mapToDouble(c -> c.logWeightedDensity(x)).toArray();
    }
}
