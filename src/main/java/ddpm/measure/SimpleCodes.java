package ddpm.measure;

import ddpm.Check;
import ddpm.WorkStopped;
import ddpm.data.ImageSet;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.Deflater;

/**
 * Code lengths of images without a network: what bits per dimension must be compared with. A code
 * that knows nothing needs 8 bits for a pixel.
 */
public final class SimpleCodes {

    private static final int LEVELS = 256;

    private SimpleCodes() {}

    /**
     * A histogram for each pixel, from the training images. One is added to each count, so that no
     * level has probability 0 (Laplace's rule).
     *
     * <pre>-log₂ ((count of the level at this place + 1) / (N + 256))</pre>
     *
     * @param training the images that are counted
     * @param test the images that are coded, of the same size
     * @return bits per dimension, with the interval for the mean over images like these
     */
    public static Estimate histogram(ImageSet training, ImageSet test) {
        int places = places(training);
        Check.that(
                places == places(test),
                "the training images are %s but the test images are %s",
                training,
                test);
        int[][] counts = new int[places][LEVELS];
        for (int i = 0; i < training.size(); i++) {
            byte[] levels = training.pixels(i);
            for (int k = 0; k < places; k++) {
                counts[k][levels[k] & 0xff]++;
            }
        }
        double total = training.size() + (double) LEVELS;
        return over(
                test,
                levels ->
                        IntStream.range(0, places)
                                .mapToDouble(k -> -log2((counts[k][levels[k] & 0xff] + 1) / total))
                                .sum());
    }

    /**
     * A histogram for each level of the pixel to the left, from the training images: the code knows
     * the stroke that it is in. One is added to each count. Before the first column it takes black.
     *
     * <pre>-log₂ ((count of the level after this level + 1) / (count of this level + 256))</pre>
     *
     * @param training the images that are counted
     * @param test the images that are coded
     * @return bits per dimension, with the interval for the mean over images like these
     */
    public static Estimate afterLeft(ImageSet training, ImageSet test) {
        int[][] counts = new int[LEVELS][LEVELS];
        for (int i = 0; i < training.size(); i++) {
            byte[] levels = training.pixels(i);
            for (int k = 0; k < levels.length; k++) {
                counts[left(levels, k, training.width())][levels[k] & 0xff]++;
            }
        }
        long[] totals = Arrays.stream(counts).mapToLong(row -> Arrays.stream(row).sum()).toArray();
        return over(
                test,
                levels ->
                        IntStream.range(0, levels.length)
                                .mapToDouble(
                                        k -> {
                                            int before = left(levels, k, test.width());
                                            double count = counts[before][levels[k] & 0xff] + 1.0;
                                            return -log2(count / (totals[before] + LEVELS));
                                        })
                                .sum());
    }

    private static int left(byte[] levels, int place, int width) {
        return place % width == 0 ? 0 : levels[place - 1] & 0xff;
    }

    /**
     * What gzip and PNG use: Deflate (RFC 1951) at its highest level, on all images as one text.
     *
     * @param test the images that are coded
     * @return bits per dimension
     */
    public static double deflate(ImageSet test) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            return 8.0 * bytes(deflater, test) / ((double) test.size() * places(test));
        } finally {
            deflater.end();
        }
    }

    private static long bytes(Deflater deflater, ImageSet test) {
        byte[] out = new byte[1 << 16];
        long bytes = 0;
        for (int i = 0; i < test.size(); i++) {
            WorkStopped.ifInterrupted("the code");
            deflater.setInput(test.pixels(i));
            while (!deflater.needsInput()) {
                bytes += deflater.deflate(out);
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            bytes += deflater.deflate(out);
        }
        return bytes;
    }

    /** The bits of one image. */
    private interface Code {
        double bits(byte[] levels);
    }

    private static Estimate over(ImageSet test, Code code) {
        double[] bits = new double[test.size()];
        for (int i = 0; i < bits.length; i++) {
            WorkStopped.ifInterrupted("the code");
            bits[i] = code.bits(test.pixels(i)) / places(test);
        }
        return Estimate.ofMean(bits);
    }

    private static double log2(double p) {
        return Math.log(p) / Math.log(2);
    }

    private static int places(ImageSet images) {
        return images.channels() * images.height() * images.width();
    }
}
