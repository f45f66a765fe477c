package ddpm.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.NoGradient;
import ddpm.TensorCheck;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * The bound on the code length of an image, L = L_T + Σ_{t>1} L_{t-1} + L_0. Ho et al. (2020), Eq.
 * 3 and 5. The terms are computed in double precision, one number of the image at a time.
 *
 * @param forward the forward process
 * @param prediction what the output of the network stands for
 * @param reverseVariance σ_t² of the step back
 */
public record VariationalBound(
        ForwardProcess forward, Prediction prediction, ReverseVariance reverseVariance) {

    /**
     * L_T of one number: what is left of it in x_T. No network has a part in it.
     *
     * <pre>L_T = KL(q(x_T | x_0) ‖ N(0, 1)) = ½ (ᾱ_T x_0² - ᾱ_T - log(1 - ᾱ_T))</pre>
     *
     * @param x0 the clean value
     * @return L_T in nats
     * @throws IllegalArgumentException if x0 is not finite
     */
    public double prior(double x0) {
        Check.that(Double.isFinite(x0), "x0 must be finite, got %s", x0);
        int last = forward.schedule().steps();
        double left = forward.schedule().alphaBar(last);
        double noise = forward.schedule().oneMinusAlphaBar(last);
        return left * x0 * x0 / 2 + GaussianKl.ofVariances(noise, -left);
    }

    /**
     * L_{t-1} of one number, for one x_t. Eq. 8; at t = 1 it is L_0, the discrete decoder of Eq.
     * 13.
     *
     * <pre>L_{t-1} = KL(q(x_{t-1} | x_t, x_0) ‖ p_θ(x_{t-1} | x_t)),  L_0 = -log p_θ(x_0 | x_1)
     * </pre>
     *
     * @param x0 the clean value; for t = 1 one of the 256 values of a pixel
     * @param xt the noisy value
     * @param t step, 1 to T
     * @param output what the network answered
     * @return L_{t-1} in nats
     * @throws IllegalArgumentException if t is outside [1, T], a value is not finite, or t = 1 and
     *     x0 is no pixel
     */
    public double term(double x0, double xt, int t, double output) {
        return termAt(t).nats(x0, xt, output);
    }

    /**
     * The part of L_{t-1} that no network can change, for one number: C of Eq. 8. It is 0 if σ_t² =
     * β̃_t.
     *
     * <pre>C = ½ (β̃_t/σ_t² - 1 - log(β̃_t/σ_t²))</pre>
     *
     * @param t step, 2 to T
     * @return C in nats
     * @throws IllegalArgumentException if t is outside [2, T]; at t = 1 no Gaussian KL exists
     */
    public double constant(int t) {
        int steps = forward.schedule().steps();
        Check.that(2 <= t && t <= steps, "t must be in [2, %d], got %d", steps, t);
        double variance = new Posterior(forward.schedule()).variance(t);
        double chosen = reverseVariance.variance(forward.schedule(), t);
        return GaussianKl.between(0, variance, 0, chosen);
    }

    /**
     * L_T of each image.
     *
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @return N values in nats, each the sum over the image
     * @throws IllegalArgumentException if the batch is empty
     */
    public double[] prior(NDArray x0) {
        TensorCheck.batch("x0", x0);
        float[] clean = Tensors.floats(x0);
        return sumPerImage(x0, i -> prior(clean[i]));
    }

    /**
     * L_{t-1} of each image, for one drawn x_t.
     *
     * @param network the network
     * @param x0 clean images (N, C, H, W), values in [-1, 1]
     * @param t step, 1 to T, the same for all images
     * @param eps noise, drawn from N(0, I), shape of x0
     * @return N values in nats, each the sum over the image
     * @throws IllegalArgumentException if the shapes differ, the batch is empty, t is outside [1,
     *     T], or t = 1 and x0 holds a number that is no pixel
     */
    public double[] term(NoisePredictor network, NDArray x0, int t, NDArray eps) {
        Term term = termAt(t);
        try (NDManager manager = x0.getManager().newSubManager()) {
            NDArray xt = forward.sample(x0, t, eps);
            xt.attach(manager);
            int[] steps = new int[Math.toIntExact(x0.getShape().get(0))];
            Arrays.fill(steps, t);
            NDArray output = NoGradient.get(() -> network.predict(xt, steps));
            TensorCheck.sameShape("xt", xt, "the network's output", output);
            float[] clean = Tensors.floats(x0);
            float[] noisy = Tensors.floats(xt);
            float[] answer = Tensors.floats(output);
            return sumPerImage(x0, i -> term.nats(clean[i], noisy[i], answer[i]));
        }
    }

    /**
     * All terms, as a mean over the images, with one fresh x_t for each image and step. It asks the
     * network T times.
     *
     * @param network the network
     * @param x0 clean images (N, C, H, W), each number one of the 256 values of a pixel
     * @param random where the noise comes from
     * @return L_0 … L_T, an unbiased estimate of the bound
     * @throws IllegalArgumentException if the batch is empty or x0 holds a number that is no pixel
     */
    public BoundTerms evaluate(NoisePredictor network, NDArray x0, RandomGenerator random) {
        int steps = forward.schedule().steps();
        double[] nats = new double[steps + 1];
        nats[steps] = mean(prior(x0));
        for (int t = 1; t <= steps; t++) {
            WorkStopped.ifInterrupted("the bound");
            try (NDArray eps = Tensors.normal(x0.getManager(), x0.getShape(), random)) {
                nats[t - 1] = mean(term(network, x0, t, eps));
            }
        }
        return new BoundTerms(x0.getShape().size() / x0.getShape().get(0), nats);
    }

    /** The term of a step with all that does not depend on the image computed once. */
    private Term termAt(int t) {
        LinearCombination model = prediction.meanFactors(forward, t);
        if (t == 1) {
            double deviation = Math.sqrt(reverseVariance.decoderVariance(forward.schedule()));
            return (x0, x1, output) ->
                    -DiscreteDecoder.logProbability(x0, model.apply(x1, output), deviation);
        }
        Posterior posterior = new Posterior(forward.schedule());
        LinearCombination truth = posterior.meanFactors(t);
        double variance = posterior.variance(t);
        double chosen = reverseVariance.variance(forward.schedule(), t);
        return (x0, xt, output) ->
                GaussianKl.between(truth.apply(x0, xt), variance, model.apply(xt, output), chosen);
    }

    private static double[] sumPerImage(NDArray x0, IntToDoubleFunction nats) {
        int images = Math.toIntExact(x0.getShape().get(0));
        int size = Math.toIntExact(x0.getShape().size() / images);
        double[] sums = new double[images];
        for (int i = 0; i < images * size; i++) {
            sums[i / size] += nats.applyAsDouble(i);
        }
        return sums;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The term of one number. */
    @FunctionalInterface
    private interface Term {
        double nats(double x0, double xt, double output);
    }
}
