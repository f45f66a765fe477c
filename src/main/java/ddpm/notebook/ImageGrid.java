package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.data.ImageSet;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Small pictures of one size in rows and columns, enlarged without blur. Immutable: each {@code
 * with} method returns a new grid.
 */
public final class ImageGrid {

    private static final int MOST_IMAGES = 1024;
    private static final int WANTED_SIDE = 64;

    static {
        Headless.ensure();
    }

    private final List<BufferedImage> images;
    private final int columns;
    private final int scale;
    private final int gap;
    private final GridText text;

    private ImageGrid(List<BufferedImage> images, int columns, int scale, int gap, GridText text) {
        this.images = images;
        this.columns = columns;
        this.scale = scale;
        this.gap = gap;
        this.text = text;
    }

    /**
     * A grid of pictures of one size.
     *
     * @param images 1 to 1024 pictures
     * @return the grid, almost square, without captions
     * @throws IllegalArgumentException if there is none, too many, or the sizes differ
     */
    public static ImageGrid of(List<BufferedImage> images) {
        int n = images.size();
        Check.that(
                1 <= n && n <= MOST_IMAGES, "a grid needs 1 to %d images, got %d", MOST_IMAGES, n);
        BufferedImage first = images.get(0);
        for (BufferedImage image : images) {
            Check.that(
                    image.getWidth() == first.getWidth() && image.getHeight() == first.getHeight(),
                    "all images must be %d × %d like the first, got %d × %d",
                    first.getWidth(),
                    first.getHeight(),
                    image.getWidth(),
                    image.getHeight());
        }
        int columns = n <= 10 ? n : (int) Math.ceil(Math.sqrt(n));
        int scale = Math.max(1, Math.round((float) WANTED_SIDE / first.getWidth()));
        return new ImageGrid(List.copyOf(images), columns, scale, 4, GridText.NONE);
    }

    /**
     * A grid of chosen images.
     *
     * @param set holds the images
     * @param indices which ones; none given means all
     * @return the grid
     * @throws IllegalArgumentException if an index is outside or there are more than 1024
     */
    public static ImageGrid of(ImageSet set, int... indices) {
        int[] chosen = indices.length > 0 ? indices : IntStream.range(0, set.size()).toArray();
        Check.that(
                chosen.length <= MOST_IMAGES,
                "a grid holds up to %d images, got %d",
                MOST_IMAGES,
                chosen.length);
        return of(IntStream.of(chosen).mapToObj(set::image).toList());
    }

    /**
     * A grid of the images in a tensor. Values outside [-1, 1] are cut.
     *
     * @param images tensor (N, C, H, W), C being 1 or 3
     * @return the grid
     * @throws IllegalArgumentException if the shape is another or a value is NaN
     */
    public static ImageGrid of(NDArray images) {
        return of(ImageSet.of(images));
    }

    /**
     * The same images at several moments: a row for each image, a column for each moment.
     *
     * @param moments tensors of one shape (N, C, H, W), in the order of the columns
     * @return the grid; give it one caption for each moment
     * @throws IllegalArgumentException if there is no moment or the shapes differ
     */
    public static ImageGrid overTime(List<NDArray> moments) {
        Check.that(!moments.isEmpty(), "need at least one moment");
        List<ImageSet> sets = moments.stream().map(ImageSet::of).toList();
        int rows = sets.get(0).size();
        List<BufferedImage> cells = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            for (ImageSet set : sets) {
                Check.that(set.size() == rows, "got %d and %d images", rows, set.size());
                cells.add(set.image(row));
            }
        }
        return of(cells).withColumns(moments.size());
    }

    /**
     * Sets the number of columns.
     *
     * @param newColumns at least 1
     * @return a new grid
     */
    public ImageGrid withColumns(int newColumns) {
        Check.that(newColumns >= 1, "need at least 1 column, got %d", newColumns);
        return new ImageGrid(images, newColumns, scale, gap, text);
    }

    /**
     * Sets how many screen pixels stand for one image pixel, in each direction.
     *
     * @param newScale 1 to 64
     * @return a new grid
     */
    public ImageGrid withScale(int newScale) {
        Check.that(1 <= newScale && newScale <= 64, "scale must be in [1, 64], got %d", newScale);
        return new ImageGrid(images, columns, newScale, gap, text);
    }

    /**
     * Sets the white space around each picture.
     *
     * @param newGap screen pixels, 0 to 100
     * @return a new grid
     */
    public ImageGrid withGap(int newGap) {
        Check.that(0 <= newGap && newGap <= 100, "gap must be in [0, 100], got %d", newGap);
        return new ImageGrid(images, columns, scale, newGap, text);
    }

    /**
     * Writes captions: under every picture, or under every column.
     *
     * @param newCaptions as many as pictures or as columns, or none
     * @return a new grid
     * @throws IllegalArgumentException if their number is another
     */
    public ImageGrid withCaptions(String... newCaptions) {
        int n = newCaptions.length;
        Check.that(
                n == 0 || n == images.size() || n == columns,
                "need %d captions (one for each image) or %d (one for each column), got %d",
                images.size(),
                columns,
                n);
        return new ImageGrid(
                images, columns, scale, gap, new GridText(List.of(newCaptions), text.rows()));
    }

    /**
     * Writes names at the left of the rows.
     *
     * @param names as many as rows, or none
     * @return a new grid
     * @throws IllegalArgumentException if their number is another
     */
    public ImageGrid withRowNames(List<String> names) {
        int rows = (images.size() + columns - 1) / columns;
        Check.that(
                names.isEmpty() || names.size() == rows,
                "need %d names (one for each row), got %d",
                rows,
                names.size());
        return new ImageGrid(images, columns, scale, gap, new GridText(text.captions(), names));
    }

    /**
     * Draws the grid.
     *
     * @return a new picture on white
     */
    public BufferedImage toImage() {
        return new GridPainter(images, columns, scale, gap, text).paint();
    }

    /** {@return rows, columns and the size of a picture} */
    @Override
    public String toString() {
        BufferedImage first = images.get(0);
        return "[%d images of %d × %d]"
                .formatted(images.size(), first.getWidth(), first.getHeight());
    }
}
