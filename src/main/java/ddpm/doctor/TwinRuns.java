package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Two runs of a sampler with the same random numbers, back to known images c and to -c. Half the
 * difference of what comes out is the signal, half the sum the noise.
 */
final class TwinRuns {

    private static final int SIZE = 16;

    /** So many numbers that their variance is known to 4 %. */
    private static final int PIXELS = 1500;

    private final ForwardProcess forward;
    private final NDArray c;
    private final NDArray z;
    private final long seed;
    private final Sampler sampler;
    private final Prediction kind;
    private final Probe plus;
    private final Probe minus;
    private final NDArray up;
    private final NDArray down;

    private TwinRuns(Patient patient, NDManager manager, Prediction kind, int start) {
        SplittableRandom random = patient.random(TwinRuns.class);
        this.forward = patient.forward;
        this.sampler = patient.sampler.orElseThrow();
        this.kind = kind;
        c = Probe.images(manager, shape(patient, manager), random);
        z = Tensors.normal(manager, c.getShape(), random);
        seed = random.nextLong();
        plus = new Probe(forward, kind, c);
        minus = new Probe(forward, kind, c.neg());
        up = run(plus, c, start);
        down = run(minus, c.neg(), start);
    }

    /** The network is told c as the given kind of prediction. */
    static TwinRuns of(Patient patient, NDManager manager, Prediction kind) {
        TwinRuns fromT = new TwinRuns(patient, manager, kind, patient.steps());
        int start = fromT.calls() == 0 ? patient.steps() : fromT.t()[0];
        return 1 <= start && start < patient.steps()
                ? new TwinRuns(patient, manager, kind, start) // a fast sampler that starts later
                : fromT;
    }

    private static Shape shape(Patient patient, NDManager manager) {
        Shape image =
                patient.data
                        .map(d -> d.apply(manager).getShape().slice(1))
                        .orElse(new Shape(1, SIZE, SIZE));
        return new Shape(1 + PIXELS / image.size()).addAll(image);
    }

    private NDArray run(Probe probe, NDArray image, int start) {
        return sampler.sample(probe, forward.sample(image, start, z), new SplittableRandom(seed));
    }

    /** How often the network was asked. */
    int calls() {
        return plus.noisy().size();
    }

    /** The step of each call, which is the same for all its images. */
    int[] t() {
        int images = (int) c.getShape().get(0);
        return IntStream.range(0, calls()).map(k -> plus.steps().get(k * images)).toArray();
    }

    /** Whether the same run gives the same again: all its noise comes from the generator. */
    boolean repeatable() {
        Probe again = new Probe(forward, kind, c);
        run(again, c, Math.max(1, Math.min(forward.schedule().steps(), t()[0])));
        return again.noisy().size() == calls()
                && Arrays.equals(again.noisy().get(calls() - 1), plus.noisy().get(calls() - 1));
    }

    SignalLevels levels() {
        return new SignalLevels(forward, Tensors.floats(c), plus, minus);
    }

    /** A step with noise that is not right, as half a sentence. */
    Optional<String> wrongNoise() {
        List<double[]> noise = new ArrayList<>();
        for (int k = 0; k < calls(); k++) {
            float[] a = plus.noisy().get(k);
            float[] b = minus.noisy().get(k);
            noise.add(IntStream.range(0, a.length).mapToDouble(i -> (a[i] + b[i]) / 2.0).toArray());
        }
        return new NoiseLaw(forward).wrong(t(), noise);
    }

    /** How much of the image is missing at the end, as a share of its size. */
    double signalError() {
        NDArray signal = new LinearCombination(0.5, -0.5).apply(up, down);
        return Trial.size(signal.sub(c)) / Trial.size(c);
    }

    /** The standard deviation of the noise at the end. */
    double noise() {
        return Trial.size(new LinearCombination(0.5, 0.5).apply(up, down));
    }
}
