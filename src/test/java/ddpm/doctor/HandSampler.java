package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import ddpm.sampling.SamplingListener;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Algorithm 2 as people write it, for ε, with one mistake.
 *
 * @param forward the forward process
 * @param bug the mistake
 */
record HandSampler(ForwardProcess forward, Bug bug) implements Sampler {

    enum Bug {
        NONE,
        /** z is drawn at t = 1 too, with σ² = β. */
        NOISE_AT_LAST_STEP,
        /** The same, with σ_1² = β̃_2, as code that clips log β̃ has it. */
        CLIPPED_NOISE_AT_LAST_STEP,
        /** The network counts from 1, but the loop names t - 1. */
        ASKS_T_MINUS_1,
        ASKS_T_PLUS_1,
        /** The loop runs from T - 1. */
        STARTS_LATE,
        /** The loop ends at 2. */
        STOPS_EARLY,
        /** ᾱ is read from a list that begins with ᾱ_0. */
        ALPHA_BAR_BEFORE,
        /** β for √β. */
        VARIANCE_FOR_DEVIATION,
        /** √α is forgotten in the mean. */
        NO_ROOT_ALPHA
    }

    @Override
    public NDArray sample(
            NoisePredictor network, NDArray xT, RandomGenerator random, SamplingListener listener) {
        int last = forward.schedule().steps();
        int first = bug == Bug.STARTS_LATE ? last - 1 : last;
        NDArray x = xT.duplicate();
        for (int t = first; t >= (bug == Bug.STOPS_EARLY ? 2 : 1); t--) {
            int[] asked = new int[(int) x.getShape().get(0)];
            Arrays.fill(asked, t + askedTooLate());
            NDArray eps = network.predict(x, asked);
            x = mean(x, eps, t);
            double sigma = sigma(t);
            if (sigma > 0) {
                NDArray z = Tensors.normal(x.getManager(), x.getShape(), random);
                x = new LinearCombination(1, sigma).apply(x, z);
            }
            listener.onStep(t - 1, x, x);
        }
        return x;
    }

    private int askedTooLate() {
        return bug == Bug.ASKS_T_MINUS_1 ? -1 : bug == Bug.ASKS_T_PLUS_1 ? 1 : 0;
    }

    private double sigma(int t) {
        double beta = forward.schedule().beta(t);
        return switch (bug) {
            case NOISE_AT_LAST_STEP -> Math.sqrt(beta);
            case CLIPPED_NOISE_AT_LAST_STEP ->
                    Math.sqrt(new Posterior(forward.schedule()).variance(Math.max(2, t)));
            case VARIANCE_FOR_DEVIATION -> t > 1 ? beta : 0;
            default -> t > 1 ? Math.sqrt(beta) : 0;
        };
    }

    private NDArray mean(NDArray x, NDArray eps, int t) {
        if (bug == Bug.ALPHA_BAR_BEFORE) {
            double beta = forward.schedule().beta(t);
            double root = Math.sqrt(1 - beta);
            double noise = t == 1 ? Math.sqrt(beta) : forward.noiseScale(t - 1);
            return new LinearCombination(1 / root, -beta / noise / root).apply(x, eps);
        }
        LinearCombination right = Prediction.EPSILON.meanFactors(forward, t);
        double root = bug == Bug.NO_ROOT_ALPHA ? Math.sqrt(forward.schedule().alpha(t)) : 1;
        return new LinearCombination(right.a() * root, right.b() * root).apply(x, eps);
    }
}
