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
 *
 * <p>Two runs with the same random numbers and the images c and -c differ by the signal alone: half
 * the sum of the two projections on c is √ᾱ_t, without noise.
 */
final class Probe implements NoisePredictor {

    /** Clipping to [-1, 1] must not touch the images. */
    private static final double LARGEST = 0.8;

    /**
     * One image that it was asked about.
     *
     * @param t the step that was named
     * @param signal how much of the image is in x_t: the projection on it
     */
    record Asked(int t, double signal) {}

    private final ForwardProcess forward;
    private final Prediction kind;
    private final NDArray images;
    private final double[] pixels;
    private final List<Asked> asked = new ArrayList<>();

    Probe(ForwardProcess forward, Prediction kind, NDArray images) {
        this.forward = forward;
        this.kind = kind;
        this.images = images;
        this.pixels = Tensors.doubles(images);
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
        double[] x = Tensors.doubles(xt);
        int each = x.length / t.length;
        for (int n = 0; n < t.length; n++) {
            asked.add(new Asked(t[n], projection(x, n * each, (n + 1) * each)));
        }
        int last = forward.schedule().steps();
        int[] known = Arrays.stream(t).map(s -> Math.max(1, Math.min(last, s))).toArray();
        NDArray eps = Prediction.X0.eps(forward, xt, known, images);
        NDArray answer = kind.target(forward, images, known, eps);
        answer.attach(xt.getManager());
        return answer;
    }

    private double projection(double[] x, int from, int to) {
        double both = 0;
        double own = 0;
        for (int i = from; i < to; i++) {
            both += x[i] * pixels[i];
            own += pixels[i] * pixels[i];
        }
        return both / own;
    }

    List<Asked> asked() {
        return asked;
    }
}
