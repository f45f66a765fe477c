package ddpm.data;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.Tensors;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** Images as bytes, as tensors and as pictures, on the {@link PixelScale}. */
final class Pixels {

    private static final float[] VALUES = new float[256];

    static {
        for (int p = 0; p < 256; p++) {
            VALUES[p] = (float) PixelScale.toValue(p);
        }
    }

    private Pixels() {}

    /** Writes the values of some bytes into an array that starts anywhere. */
    static void decode(byte[] pixels, int from, float[] values, int to, int length) {
        for (int k = 0; k < length; k++) {
            values[to + k] = VALUES[pixels[from + k] & 0xff];
        }
    }

    static byte[] encode(NDArray images) {
        float[] x = Tensors.floats(images);
        byte[] pixels = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
            Check.that(!Float.isNaN(x[i]), "the value at position %d is NaN", i);
            pixels[i] = (byte) PixelScale.toLevel(Math.max(-1, Math.min(1, x[i])));
        }
        return pixels;
    }

    /** The bytes, then the same with each row from right to left. */
    static byte[] withMirrored(byte[] pixels, int width) {
        byte[] both = twice(pixels);
        for (int row = 0; row < pixels.length; row += width) {
            for (int k = 0; k < width; k++) {
                both[pixels.length + row + k] = pixels[row + width - 1 - k];
            }
        }
        return both;
    }

    static byte[] twice(byte[] bytes) {
        byte[] twice = Arrays.copyOf(bytes, Math.multiplyExact(2, bytes.length));
        System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
        return twice;
    }

    /** Draws bytes in the order (C, H, W); grey if there is one channel, else RGB. */
    static BufferedImage draw(byte[] pixels, int from, int channels, int height, int width) {
        int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        var image = new BufferedImage(width, height, type);
        var raster = image.getRaster();
        int[] plane = new int[height * width];
        for (int c = 0; c < channels; c++) {
            for (int k = 0; k < plane.length; k++) {
                plane[k] = pixels[from + c * plane.length + k] & 0xff;
            }
            raster.setSamples(0, 0, width, height, c, plane);
        }
        return image;
    }
}
