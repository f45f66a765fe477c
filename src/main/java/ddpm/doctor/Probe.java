package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.posterior.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The perfect network for data that consist of the given images alone, one for each place in the
 * batch. It knows x_0, so its x̂_0 is right for every x_t. It remembers what it was asked.
 */
final class Probe implements NoisePredictor {

    /** Clipping to [-1, 1] must not touch the images. */
    private static final double LARGEST = 0.8;

    private final ForwardProcess forward;
    private final Prediction kind;
    private final NDArray images;
    private final List<Integer> steps = new ArrayList<>();
    private final List<float[]> noisy = new ArrayList<>();

    Probe(ForwardProcess forward, Prediction kind, NDArray images) {
        this.forward = forward;
        this.kind = kind;
        this.images = images;
    }

    /** Images of independent pixels. */
    static NDArray images(NDManager manager, Shape shape, SplittableRandom random) {
        float[] values = new float[(int) shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(-LARGEST, LARGEST);
        }
        return Tensors.of(manager, values, shape);
    }

    @Override
    public NDArray predict(NDArray xt, int[] t) {
        noisy.add(Tensors.floats(xt));
        Arrays.stream(t).forEach(steps::add);
        int last = forward.schedule().steps();
        int[] known = Arrays.stream(t).map(s -> Math.max(1, Math.min(last, s))).toArray();
        NDArray eps = Prediction.X0.eps(forward, xt, known, images);
        NDArray answer = kind.target(forward, images, known, eps);
        answer.attach(xt.getManager());
        return answer;
    }

    /** The steps that were named, image by image. */
    List<Integer> steps() {
        return steps;
    }

    /** The x_t of each call, image by image. */
    List<float[]> noisy() {
        return noisy;
    }
}
