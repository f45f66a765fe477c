package ddpm.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.Tensors;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Images of one size, grey or RGB, with or without labels. Immutable.
 *
 * <p>A pixel is kept as a byte, 0 … 255; a tensor holds its value on the {@link PixelScale}.
 */
public final class ImageSet {

    private final int channels;
    private final int height;
    private final int width;
    private final int size;
    private final byte[] pixels; // (N, C, H, W), last fastest
    private final byte[] labels; // one for each image, or none at all

    /** Takes the array as its own. */
    ImageSet(int channels, int height, int width, byte[] pixels) {
        this(channels, height, width, pixels, new byte[0]);
    }

    private ImageSet(int channels, int height, int width, byte[] pixels, byte[] labels) {
        Check.that(channels == 1 || channels == 3, "channels must be 1 or 3, got %d", channels);
        Check.that(height > 0 && width > 0, "an image needs pixels, got %d × %d", height, width);
        long each = (long) channels * height * width;
        Check.that(
                pixels.length > 0 && pixels.length % each == 0,
                "%,d bytes are no whole number of images of %,d bytes",
                pixels.length,
                each);
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.size = (int) (pixels.length / each);
        this.pixels = pixels;
        this.labels = labels;
        Check.that(
                labels.length == 0 || labels.length == size,
                "got %,d labels for %,d images",
                labels.length,
                size);
    }

    /**
     * Images from bytes, which are copied.
     *
     * @param channels 1 for grey, 3 for red, green, blue
     * @param height rows of an image
     * @param width columns of an image
     * @param pixels unsigned bytes in the order (N, C, H, W), last fastest
     * @return the images, without labels
     * @throws IllegalArgumentException if the bytes are no whole number of images
     */
    public static ImageSet of(int channels, int height, int width, byte[] pixels) {
        return new ImageSet(channels, height, width, pixels.clone());
    }

    /**
     * Images from a tensor, for looking at samples. Values outside [-1, 1] are cut.
     *
     * @param images tensor (N, C, H, W), C being 1 or 3, clean at [-1, 1]
     * @return the images, without labels
     * @throws IllegalArgumentException if the shape is another or a value is NaN
     */
    public static ImageSet of(NDArray images) {
        Shape shape = images.getShape();
        Check.that(shape.dimension() == 4, "need the shape (N, C, H, W), got %s", shape);
        int[] d = Arrays.stream(shape.getShape()).mapToInt(Math::toIntExact).toArray();
        return new ImageSet(d[1], d[2], d[3], Pixels.encode(images));
    }

    /**
     * The same images with these labels, which are copied.
     *
     * @param newLabels one label for each image, 0 … 255 as unsigned bytes
     * @return a new set
     * @throws IllegalArgumentException if the number of labels is not the number of images
     */
    public ImageSet labelled(byte[] newLabels) {
        Check.that(
                newLabels.length == size, "got %,d labels for %,d images", newLabels.length, size);
        return new ImageSet(channels, height, width, pixels, newLabels.clone());
    }

    /** {@return number of images N} */
    public int size() {
        return size;
    }

    /** {@return number of channels C: 1 for grey, 3 for red, green, blue} */
    public int channels() {
        return channels;
    }

    /** {@return rows of an image, H} */
    public int height() {
        return height;
    }

    /** {@return columns of an image, W} */
    public int width() {
        return width;
    }

    /** {@return whether the images have labels} */
    public boolean hasLabels() {
        return labels.length > 0;
    }

    /**
     * Label of an image.
     *
     * @param index 0 … size - 1
     * @return 0 … 255
     * @throws IllegalArgumentException if the index is outside or there are no labels
     */
    public int label(int index) {
        checkIndex(index);
        Check.that(hasLabels(), "these %,d images have no labels", size);
        return labels[index] & 0xff;
    }

    /**
     * The pixels of an image.
     *
     * @param index 0 … size - 1
     * @return a new array of unsigned bytes in the order (C, H, W), last fastest
     * @throws IllegalArgumentException if the index is outside
     */
    public byte[] pixels(int index) {
        checkIndex(index);
        int each = channels * height * width;
        return Arrays.copyOfRange(pixels, index * each, (index + 1) * each);
    }

    /**
     * Images as a tensor, made in one step on the manager's device.
     *
     * @param manager owns the result
     * @param indices which images, each 0 … size - 1, at least one
     * @return float32 (N, C, H, W), values in [-1, 1], attached to the manager
     * @throws IllegalArgumentException if there is no index or one is outside
     */
    public NDArray batch(NDManager manager, int... indices) {
        Check.that(indices.length > 0, "a batch needs at least one image");
        int each = channels * height * width;
        float[] values = new float[Math.multiplyExact(indices.length, each)];
        for (int i = 0; i < indices.length; i++) {
            checkIndex(indices[i]);
            Pixels.decode(pixels, indices[i] * each, values, i * each, each);
        }
        return Tensors.of(manager, values, new Shape(indices.length, channels, height, width));
    }

    /**
     * One image as a picture.
     *
     * @param index 0 … size - 1
     * @return a new picture, grey or RGB
     * @throws IllegalArgumentException if the index is outside
     */
    public BufferedImage image(int index) {
        checkIndex(index);
        return Pixels.draw(pixels, index * channels * height * width, channels, height, width);
    }

    /**
     * The first images.
     *
     * @param n how many, 1 … size
     * @return a new set
     * @throws IllegalArgumentException if there are not so many
     */
    public ImageSet take(int n) {
        Check.that(1 <= n && n <= size, "cannot take %,d of %,d images", n, size);
        return subset(IntStream.range(0, n).toArray());
    }

    /**
     * The images with one label, in their order.
     *
     * @param label 0 … 255
     * @return a new set
     * @throws IllegalArgumentException if there are no labels or none is this one
     */
    public ImageSet withLabel(int label) {
        int[] indices = IntStream.range(0, size).filter(i -> label(i) == label).toArray();
        Check.that(indices.length > 0, "no image has the label %d", label);
        return subset(indices);
    }

    /**
     * Some of the images, in the given order. An index may come twice.
     *
     * @param indices each 0 … size - 1, at least one
     * @return a new set
     * @throws IllegalArgumentException if there is no index or one is outside
     */
    public ImageSet subset(int... indices) {
        Check.that(indices.length > 0, "a set needs at least one image");
        int each = channels * height * width;
        byte[] chosen = new byte[Math.multiplyExact(indices.length, each)];
        byte[] chosenLabels = new byte[hasLabels() ? indices.length : 0];
        for (int i = 0; i < indices.length; i++) {
            checkIndex(indices[i]);
            System.arraycopy(pixels, indices[i] * each, chosen, i * each, each);
            if (hasLabels()) {
                chosenLabels[i] = labels[indices[i]];
            }
        }
        return new ImageSet(channels, height, width, chosen, chosenLabels);
    }

    /**
     * {@return these images, then their mirror images, 2 N in all} A shuffle of them stands for the
     * random flips of Ho et al. (2020), App. B: each image comes as often one way as the other.
     */
    public ImageSet withMirrorImages() {
        byte[] both = Pixels.withMirrored(pixels, width);
        return new ImageSet(channels, height, width, both, Pixels.twice(labels));
    }

    /** All bytes in the order (N, C, H, W); not a copy. */
    byte[] pixels() {
        return pixels;
    }

    private void checkIndex(int index) {
        Check.that(0 <= index && index < size, "index must be in [0, %d], got %d", size - 1, index);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageSet that
                && channels == that.channels
                && height == that.height
                && width == that.width
                && Arrays.equals(pixels, that.pixels)
                && Arrays.equals(labels, that.labels);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new int[] {channels, height, width, Arrays.hashCode(pixels)});
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,d images, %d × %d × %d, %s",
                size,
                channels,
                height,
                width,
                hasLabels() ? "labelled" : "no labels");
    }
}
