package ddpm.notebook;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pictures with a palette of 256 colours, as GIF needs them. A picture with no more colours, such
 * as any grey one, keeps them all; in another each is moved to the nearest of 6 × 7 × 6.
 */
final class Indexed {

    private static final int COLOURS = 256;

    private Indexed() {}

    static BufferedImage of(BufferedImage image) {
        int[] colours = colours(image);
        Map<Integer, Integer> palette = palette(colours);
        if (palette.size() > COLOURS) {
            for (int k = 0; k < colours.length; k++) {
                colours[k] = reduce(colours[k]);
            }
            palette = palette(colours);
        }
        int width = image.getWidth();
        var indexed =
                new BufferedImage(
                        width, image.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model(palette));
        for (int k = 0; k < colours.length; k++) {
            indexed.getRaster().setSample(k % width, k / width, 0, palette.get(colours[k]));
        }
        return indexed;
    }

    /** Grey comes from the raster as stored: getRGB would change its brightness. */
    private static int[] colours(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] colours = new int[width * height];
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            image.getRaster().getSamples(0, 0, width, height, 0, colours);
            Arrays.setAll(colours, k -> colours[k] * 0x010101);
        } else {
            image.getRGB(0, 0, width, height, colours, 0, width);
            Arrays.setAll(colours, k -> colours[k] & 0xffffff);
        }
        return colours;
    }

    /** Each colour with its place, in order of appearance. */
    private static Map<Integer, Integer> palette(int[] colours) {
        Map<Integer, Integer> palette = new LinkedHashMap<>();
        for (int colour : colours) {
            palette.putIfAbsent(colour, palette.size());
        }
        return palette;
    }

    private static int reduce(int colour) {
        return (level(colour >> 16, 6) << 16) | (level(colour >> 8, 7) << 8) | level(colour, 6);
    }

    private static int level(int value, int levels) {
        int nearest = Math.round((value & 0xff) * (levels - 1) / 255f);
        return nearest * 255 / (levels - 1);
    }

    private static IndexColorModel model(Map<Integer, Integer> palette) {
        byte[] red = new byte[COLOURS];
        byte[] green = new byte[COLOURS];
        byte[] blue = new byte[COLOURS];
        palette.forEach(
                (colour, place) -> {
                    red[place] = (byte) (colour >> 16);
                    green[place] = (byte) (colour >> 8);
                    blue[place] = (byte) (int) colour;
                });
        return new IndexColorModel(8, COLOURS, red, green, blue);
    }
}
