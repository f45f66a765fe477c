package ddpm.data;

import ddpm.WorkStopped;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A folder of PNG images of one size, all grey or all coloured, in the order of their names. Other
 * files in the folder are left alone.
 */
public final class PngFolder {

    private static final int LONGEST_SIDE = 4096;

    private PngFolder() {}

    /**
     * Loads all PNG files of a folder.
     *
     * @param folder holds the files; folders inside it are not searched
     * @return the images, without labels
     * @throws BadDataException if there is no PNG, one is damaged, or their sizes or colours differ
     */
    public static ImageSet load(Path folder) {
        List<Path> files = files(folder);
        int[] expected = shape(files.get(0), decode(files.get(0), new int[0]));
        int each = expected[0] * expected[1] * expected[2];
        if ((long) each * files.size() > IdxFile.MOST_BYTES) {
            throw BadDataException.of(
                    folder.toString(), "holds more than 1 GiB of pixels", "Use fewer images");
        }
        byte[] pixels = new byte[each * files.size()];
        for (int i = 0; i < files.size(); i++) {
            WorkStopped.ifInterrupted("the reading of " + folder);
            BufferedImage image = decode(files.get(i), expected);
            checkSame(files.get(i), shape(files.get(i), image), expected, files.get(0));
            copy(image, expected[0], pixels, i * each);
        }
        return new ImageSet(expected[0], expected[1], expected[2], pixels);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files = entries.filter(PngFolder::isPng).sorted().toList();
            if (files.isEmpty()) {
                throw BadDataException.of(
                        folder.toString(),
                        "holds no file named *.png",
                        "Give a folder of PNG images");
            }
            return files;
        } catch (IOException e) {
            throw BadDataException.of(
                    folder.toString(), "is no folder that can be read", "Check the path", e);
        }
    }

    private static boolean isPng(Path file) {
        return Files.isRegularFile(file)
                && file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".png");
    }

    private static BufferedImage decode(Path file, int[] expected) {
        try {
            PngFile png = PngFile.read(file);
            checkSize(file, png.width(), png.height(), expected);
            return png.image();
        } catch (BadDataException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // ImageIO also throws the latter on damage
            throw BadDataException.of(
                    file.toString(),
                    "is no readable PNG (" + e.getMessage() + ")",
                    "Copy or export the image again",
                    new IOException(e));
        }
    }

    private static void checkSize(Path file, int width, int height, int[] expected) {
        boolean wanted = expected.length == 0 || (expected[1] == height && expected[2] == width);
        if (!wanted || outside(width) || outside(height)) {
            throw BadDataException.of(
                    file.toString(),
                    "is " + width + " × " + height + " pixels wide and high",
                    wanted
                            ? "Sides may have 1 to " + LONGEST_SIDE
                            : "The first image is "
                                    + expected[2]
                                    + " × "
                                    + expected[1]
                                    + "; bring all to one size");
        }
    }

    private static boolean outside(int side) {
        return side < 1 || side > LONGEST_SIDE;
    }

    /** Channels, height and width. */
    private static int[] shape(Path file, BufferedImage image) {
        int depth = image.getSampleModel().getSampleSize(0);
        if (image.getColorModel().hasAlpha() || depth > 8) {
            throw BadDataException.of(
                    file.toString(),
                    depth > 8 ? "has " + depth + " bits per colour" : "has a transparent layer",
                    "Save it as 8-bit grey or 8-bit RGB");
        }
        int channels = image.getType() == BufferedImage.TYPE_BYTE_GRAY ? 1 : 3;
        return new int[] {channels, image.getHeight(), image.getWidth()};
    }

    private static void checkSame(Path file, int[] shape, int[] expected, Path first) {
        if (shape[0] != expected[0]) {
            throw BadDataException.of(
                    file.toString(),
                    "is " + colours(shape[0]) + ", but " + first + " is " + colours(expected[0]),
                    "Bring all images to one kind");
        }
    }

    private static String colours(int channels) {
        return channels == 1 ? "grey" : "coloured";
    }

    /** Grey from the raster as stored: getRGB would correct it for brightness. */
    private static void copy(BufferedImage image, int channels, byte[] pixels, int from) {
        int height = image.getHeight();
        int width = image.getWidth();
        int plane = height * width;
        for (int k = 0; k < plane; k++) {
            int x = k % width;
            int y = k / width;
            if (channels == 1) {
                pixels[from + k] = (byte) image.getRaster().getSample(x, y, 0);
            } else {
                int rgb = image.getRGB(x, y);
                pixels[from + k] = (byte) (rgb >> 16);
                pixels[from + plane + k] = (byte) (rgb >> 8);
                pixels[from + 2 * plane + k] = (byte) rgb;
            }
        }
    }
}
