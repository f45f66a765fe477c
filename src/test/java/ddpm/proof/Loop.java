package ddpm.proof;

import ddpm.reference.TinyModel;
import ddpm.schedule.NoiseSchedule;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;

/**
 * Algorithm 2 as the paper prints it, in doubles and with σ² = β. A planted bug replaces one part.
 *
 * <pre>x_{t-1} = (x_t - β_t / √(1 - ᾱ_t) · ε_θ(x_t, t)) / √α_t + σ_t z</pre>
 */
final class Loop implements Drawing {

    static final NoiseSchedule S = TinyModel.FORWARD.schedule();
    static final int T = TinyModel.STEPS;

    private int first = T;
    private int last = 1;
    private int lastNoisy = 2;
    private ToDoubleFunction<RandomGenerator> start = RandomGenerator::nextGaussian;
    private Noise noise = (random, t) -> random;
    private IntUnaryOperator told = t -> t;
    private Mean mean = Loop::mean;
    private IntToDoubleFunction sigma = t -> Math.sqrt(S.beta(t));

    @Override
    public double[][] draw(Network network, int pixels, RandomGenerator random) {
        double[] xT = new double[pixels];
        for (int i = 0; i < pixels; i++) {
            xT[i] = start.applyAsDouble(random);
        }
        double[] x = xT.clone();
        for (int t = first; t >= last; t--) {
            double[] out = network.out(x, told.applyAsInt(t));
            RandomGenerator source = noise.at(random, t);
            for (int i = 0; i < pixels; i++) {
                double z = t >= lastNoisy ? source.nextGaussian() : 0;
                x[i] = mean.of(x[i], out[i], t) + sigma.applyAsDouble(t) * z;
            }
        }
        return new double[][] {xT, x};
    }

    static double mean(double xt, double eps, int t) {
        return (xt - S.beta(t) / Math.sqrt(S.oneMinusAlphaBar(t)) * eps) / Math.sqrt(S.alpha(t));
    }

    Loop over(int newFirst, int newLast) {
        first = newFirst;
        last = newLast;
        return this;
    }

    Loop noisyDownTo(int t) {
        lastNoisy = t;
        return this;
    }

    Loop start(ToDoubleFunction<RandomGenerator> other) {
        start = other;
        return this;
    }

    Loop noise(Noise other) {
        noise = other;
        return this;
    }

    Loop told(IntUnaryOperator other) {
        told = other;
        return this;
    }

    Loop mean(Mean other) {
        mean = other;
        return this;
    }

    Loop sigma(IntToDoubleFunction other) {
        sigma = other;
        return this;
    }

    /** Where the noise of step t comes from. */
    @FunctionalInterface
    interface Noise {
        RandomGenerator at(RandomGenerator random, int t);
    }

    /** μ_θ of one pixel. */
    @FunctionalInterface
    interface Mean {
        double of(double xt, double out, int t);
    }
}
