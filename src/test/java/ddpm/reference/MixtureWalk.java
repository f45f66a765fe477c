package ddpm.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.data.GaussianMixture;
import ddpm.data.GaussianMixture.Component;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.sampling.Sampler;
import ddpm.schedule.NoiseSchedule;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Samplers on a mixture whose ε is known exactly: what is wrong then is the sampler's. */
public final class MixtureWalk {

    public static final GaussianMixture LAW =
            new GaussianMixture(new Component(0.4, -0.5, 0.2), new Component(0.6, 0.6, 0.3));

    /** So fine that a subset of its steps sees a smooth curve. */
    public static final ForwardProcess FINE =
            new ForwardProcess(
                    NoiseSchedule.ofBetas(
                            IntStream.rangeClosed(1, 2401)
                                    .mapToDouble(t -> (0.1 + 7.9 * t / 2401) / 2401)
                                    .toArray()));

    private MixtureWalk() {}

    public static NoisePredictor exact(ForwardProcess forward) {
        return (xt, t) -> LAW.eps(forward, xt, t);
    }

    /** The exact noise of data that are all one point: ε = (x_t - √ᾱ_t point) / √(1 - ᾱ_t). */
    public static NoisePredictor pointAt(double point, ForwardProcess forward) {
        return (xt, t) -> xt.sub(forward.signalScale(t[0]) * point).div(forward.noiseScale(t[0]));
    }

    /** Samples of q(x_t); with t = 0 of the mixture itself. */
    public static NDArray start(NDManager manager, ForwardProcess forward, int t, int n) {
        GaussianMixture law = LAW.noised(forward, t);
        SplittableRandom random = new SplittableRandom(4);
        float[] x = new float[n];
        IntStream.range(0, n).forEach(i -> x[i] = (float) law.sample(random));
        return Tensors.of(manager, x, new Shape(n, 1, 1, 1));
    }

    public static float[] run(Sampler sampler, ForwardProcess forward, NDArray start) {
        return sampler.sample(exact(forward), start, new SplittableRandom(5)).toFloatArray();
    }

    public static double meanDistance(float[] a, float[] b) {
        return IntStream.range(0, a.length).mapToDouble(i -> Math.abs(a[i] - b[i])).sum()
                / a.length;
    }

    /** The larger error of mean and standard deviation. */
    public static double farFromTheMixture(float[] x) {
        double mean = IntStream.range(0, x.length).mapToDouble(i -> x[i]).average().orElseThrow();
        double square =
                IntStream.range(0, x.length).mapToDouble(i -> x[i] * x[i]).average().orElseThrow();
        double deviation = Math.sqrt(square - mean * mean);
        return Math.max(
                Math.abs(mean - LAW.mean()), Math.abs(deviation - Math.sqrt(LAW.variance())));
    }
}
