package ddpm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Image sets in the IDX format of MNIST: Fashion-MNIST, EMNIST, KMNIST and others. Files may be
 * plain or gzip.
 *
 * <p>Every length is checked before memory is taken. A bad file is named in a {@link
 * BadDataException}. A plain file carries no checksum: a wrong pixel in it, or height and width in
 * the wrong order, stay unseen. Gzip has a CRC-32 of the content, which is compared.
 */
public final class Idx {

    private Idx() {}

    /**
     * Loads images without labels.
     *
     * @param images an IDX file of dimensions (count, height, width) or (count, channels, height,
     *     width)
     * @return the images
     * @throws BadDataException if the file is missing, cut or damaged
     */
    public static ImageSet load(Path images) {
        return images(IdxFile.read(images));
    }

    /**
     * Loads images and their labels.
     *
     * @param images an IDX file of dimensions (count, height, width) or (count, channels, height,
     *     width)
     * @param labels an IDX file of dimension (count)
     * @return the labelled images
     * @throws BadDataException if a file is missing, cut or damaged, or the counts differ
     */
    public static ImageSet load(Path images, Path labels) {
        return pair(IdxFile.read(images), IdxFile.read(labels));
    }

    /**
     * Loads images without labels from a stream, which stays open.
     *
     * @param images an IDX file of dimensions (count, height, width) or (count, channels, height,
     *     width)
     * @param name what messages call the stream
     * @return the images
     * @throws BadDataException if the content is cut or damaged
     */
    public static ImageSet load(InputStream images, String name) {
        return images(IdxFile.read(images, name));
    }

    /**
     * Writes images to a plain file, in place of one that is there. Labels are left out.
     *
     * @param images grey ones become (count, height, width), others (count, channels, height,
     *     width)
     * @param file such as {@code drawn.idx}
     * @throws UncheckedIOException if the file cannot be written
     */
    public static void save(ImageSet images, Path file) {
        int[] size = {images.size(), images.channels(), images.height(), images.width()};
        int[] grey = {images.size(), images.height(), images.width()};
        byte[] pixels = images.pixels();
        try (OutputStream out = Files.newOutputStream(file)) {
            new IdxFile(file.toString(), images.channels() == 1 ? grey : size, pixels).write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written", e);
        }
    }

    static ImageSet pair(IdxFile images, IdxFile labels) {
        ImageSet set = images(images);
        if (labels.dimensions().length != 1 || labels.dimensions()[0] != set.size()) {
            throw BadDataException.of(
                    labels.name(),
                    "holds the dimensions "
                            + Arrays.toString(labels.dimensions())
                            + ", but "
                            + images.name()
                            + " holds "
                            + set.size()
                            + " images",
                    "Give the label file that belongs to these images");
        }
        return set.labelled(labels.bytes());
    }

    private static ImageSet images(IdxFile file) {
        int[] d = file.dimensions();
        return switch (d.length) {
            case 3 -> new ImageSet(1, d[1], d[2], file.bytes());
            case 4 -> withChannels(file);
            default ->
                    throw BadDataException.of(
                            file.name(),
                            "has " + d.length + " dimensions; images have 3 or 4",
                            d.length == 1
                                    ? "It looks like a label file: give it as the second argument"
                                    : "Give a file of images");
        };
    }

    private static ImageSet withChannels(IdxFile file) {
        int[] d = file.dimensions();
        if (d[1] != 1 && d[1] != 3) {
            throw BadDataException.of(
                    file.name(),
                    "has images of " + d[1] + " channels",
                    "Give a file of grey images (1 channel) or coloured ones (3)");
        }
        return new ImageSet(d[1], d[2], d[3], file.bytes());
    }
}
