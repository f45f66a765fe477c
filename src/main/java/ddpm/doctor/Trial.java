package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Prediction;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/** Noisy images whose noise is known, to ask networks about: steps spread evenly over 1 … T. */
final class Trial {

    static final int IMAGES = 192;
    private static final int CHUNK = 64;

    private final Patient patient;
    private final NDArray x0;
    private final NDArray eps;
    private final NDArray xt;
    private final int[] t = new int[IMAGES];

    Trial(Patient patient, NDManager manager) {
        SplittableRandom random = patient.random(Trial.class); // the same images for every check
        this.patient = patient;
        NDArray all = patient.data.orElseThrow().apply(manager);
        int[] rows = new int[IMAGES];
        for (int n = 0; n < IMAGES; n++) {
            rows[n] = (int) (n % all.getShape().get(0));
            t[n] = 1 + (int) ((n + random.nextDouble()) / IMAGES * patient.steps());
        }
        x0 = all.get(manager.create(rows));
        eps = Tensors.normal(manager, x0.getShape(), random);
        xt = patient.forward.sample(x0, t, eps);
    }

    /** What a network answers, asked about other steps than the right ones if wanted. */
    NDArray answers(NoisePredictor network, IntUnaryOperator ask) {
        NDManager manager = xt.getManager();
        NDList parts = new NDList();
        for (int from = 0; from < IMAGES; from += CHUNK) {
            WorkStopped.ifInterrupted("the doctor");
            int to = Math.min(from + CHUNK, IMAGES);
            int[] asked = Arrays.stream(t, from, to).map(ask).toArray();
            try (NDManager work = manager.newSubManager()) {
                NDArray part = xt.get(new NDIndex().addSliceDim(from, to));
                part.attach(work);
                NDArray answer = network.predict(part, asked);
                answer.attach(manager);
                parts.add(answer);
            }
        }
        return NDArrays.concat(parts);
    }

    /** The mean squared error of each image, if the answers stand for the given quantity. */
    double[] errors(NDArray answers, Prediction kind) {
        return perImage(kind.target(patient.forward, x0, t, eps).sub(answers));
    }

    /** The errors of a network that always answers 0. */
    double[] zeroErrors(Prediction kind) {
        return perImage(kind.target(patient.forward, x0, t, eps));
    }

    private static double[] perImage(NDArray difference) {
        return Tensors.doubles(difference.square().reshape(IMAGES, -1).mean(new int[] {1}));
    }

    /** The quantity that the answers explain best. MEAN is nearly x_t, so it must fit closely. */
    Prediction reading(NDArray answers) {
        Prediction best = patient.prediction;
        for (Prediction kind : Prediction.values()) {
            double limit = kind == Prediction.MEAN ? 0.05 : 1;
            double share = share(answers, kind);
            if (share < limit && share < 0.5 * share(answers, best)) {
                best = kind;
            }
        }
        return best;
    }

    /** The squared error as a share of that of answering 0. */
    double share(NDArray answers, Prediction kind) {
        return mean(errors(answers, kind)) / mean(zeroErrors(kind));
    }

    /** The root of the mean square. */
    static double size(NDArray x) {
        return Math.sqrt(mean(Arrays.stream(Tensors.doubles(x)).map(v -> v * v).toArray()));
    }

    static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }
}
