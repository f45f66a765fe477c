package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.data.ImageSet;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The nearest training image of each image, in pixels: has the model learned, or does it copy? The
 * distance is Euclidean, √Σ (x - y)² over the pixels, each in [-1, 1].
 */
public final class NearestImages {

    private static final int IMAGES = 1000; // of each set at a time

    /** For each row of x: the smallest ‖y‖² - 2 x·y, which differs from ‖x - y‖² by ‖x‖²; where. */
    private static final String NEAREST =
            """
            def nearest(self: __torch__.M, x: Tensor, y: Tensor) -> Tensor:
              a = torch.flatten(x, 1)
              b = torch.flatten(y, 1)
              bb = torch.sum(torch.mul(b, b), [1])
              d, i = torch.min(torch.sub(bb, torch.mul(torch.matmul(a, torch.t(b)), 2)), 1)
              return torch.stack([d, torch._cast_Float(i)])
            """;

    private final int[] indices;
    private final double[] distances;

    private NearestImages(int[] indices, double[] distances) {
        this.indices = indices;
        this.distances = distances;
    }

    /**
     * Looks for neighbours.
     *
     * @param images whose neighbours are wanted
     * @param training where they are looked for, images of the same size
     * @return a neighbour for each image
     * @throws IllegalArgumentException if the sizes differ
     */
    public static NearestImages of(ImageSet images, ImageSet training) {
        Check.that(
                images.channels() == training.channels()
                        && images.height() == training.height()
                        && images.width() == training.width(),
                "the images are %s but those of the training are %s",
                images,
                training);
        int[] indices = new int[images.size()];
        try (Script script = new Script(NEAREST);
                NDManager work = script.manager().newSubManager()) {
            for (int from = 0; from < images.size(); from += IMAGES) {
                NDArray x = batch(work, images, from);
                int[] found = nearest(script, x, training);
                System.arraycopy(found, 0, indices, from, found.length);
                x.close();
            }
        }
        double[] distances = new double[indices.length];
        Arrays.setAll(distances, i -> distance(images.pixels(i), training.pixels(indices[i])));
        return new NearestImages(indices, distances);
    }

    private static int[] nearest(Script script, NDArray x, ImageSet training) {
        int n = (int) x.getShape().get(0);
        float[] least = new float[n];
        Arrays.fill(least, Float.POSITIVE_INFINITY);
        int[] indices = new int[n];
        for (int from = 0; from < training.size(); from += IMAGES) {
            try (NDManager work = script.manager().newSubManager()) {
                NDArray y = batch(work, training, from);
                float[] found = Tensors.floats(script.call("nearest", x, y));
                for (int i = 0; i < n; i++) {
                    if (found[i] < least[i]) {
                        least[i] = found[i];
                        indices[i] = from + (int) found[n + i];
                    }
                }
            }
        }
        return indices;
    }

    private static NDArray batch(NDManager manager, ImageSet images, int from) {
        int to = Math.min(images.size(), from + IMAGES);
        return images.batch(manager, IntStream.range(from, to).toArray());
    }

    /** Once more, pixel by pixel: the sums above lose digits where the images are close. */
    private static double distance(byte[] a, byte[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            double difference = (a[k] & 0xff) - (b[k] & 0xff);
            sum += difference * difference;
        }
        return Math.sqrt(sum) / 127.5;
    }

    /** {@return how many images there are} */
    public int size() {
        return indices.length;
    }

    /**
     * The neighbour of an image.
     *
     * @param image 0 … size - 1
     * @return its place in the training set
     */
    public int index(int image) {
        return indices[image];
    }

    /**
     * How far the neighbour is.
     *
     * @param image 0 … size - 1
     * @return the distance
     */
    public double distance(int image) {
        return distances[image];
    }

    /** {@return all distances, in the order of the images} */
    public double[] distances() {
        return distances.clone();
    }

    /**
     * A distance that a share of the images lie below.
     *
     * @param share in (0, 1)
     * @return the quantile
     */
    public double quantile(double share) {
        Check.that(0 < share && share < 1, "the share must be in (0, 1), got %s", share);
        double[] sorted = distances.clone();
        Arrays.sort(sorted);
        return sorted[(int) (share * sorted.length)];
    }

    /**
     * How many images are nearer to the training set than a limit.
     *
     * @param limit a distance
     * @return their number
     */
    public long nearerThan(double limit) {
        return Arrays.stream(distances).filter(d -> d < limit).count();
    }
}
