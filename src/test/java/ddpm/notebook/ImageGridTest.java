package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.data.ImageSet;
import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageGridTest {

    private static final int WHITE = 0xffffffff;

    /** Four images of one pixel: 10, 20, 30, 40. */
    private static final ImageSet FOUR = ImageSet.of(1, 1, 1, new byte[] {10, 20, 30, 40});

    @Test
    void picturesStandInRowsAndKeepTheirBrightness() {
        BufferedImage drawn = ImageGrid.of(FOUR).withColumns(2).withScale(3).withGap(1).toImage();
        assertEquals(9, drawn.getWidth());
        assertEquals(9, drawn.getHeight());
        assertEquals(grey(10), drawn.getRGB(1, 1));
        assertEquals(grey(10), drawn.getRGB(3, 3));
        assertEquals(grey(20), drawn.getRGB(5, 1));
        assertEquals(grey(30), drawn.getRGB(1, 5));
        assertEquals(grey(40), drawn.getRGB(7, 7));
        assertEquals(WHITE, drawn.getRGB(0, 0));
        assertEquals(WHITE, drawn.getRGB(4, 4));
        assertEquals(WHITE, drawn.getRGB(8, 8));
    }

    @Test
    void chosenImagesComeInTheChosenOrder() {
        BufferedImage drawn = ImageGrid.of(FOUR, 3, 0).withScale(1).withGap(0).toImage();
        assertEquals(grey(40), drawn.getRGB(0, 0));
        assertEquals(grey(10), drawn.getRGB(1, 0));
    }

    @Test
    void aColumnIsAMoment() {
        try (var manager = NDManager.newBaseManager()) {
            var dark = manager.full(new Shape(2, 1, 1, 1), -1f);
            var bright = manager.full(new Shape(2, 1, 1, 1), 1f);
            BufferedImage drawn =
                    ImageGrid.overTime(List.of(dark, bright, dark))
                            .withScale(1)
                            .withGap(0)
                            .toImage();
            assertEquals(3, drawn.getWidth());
            assertEquals(2, drawn.getHeight());
            assertEquals(grey(0), drawn.getRGB(0, 1));
            assertEquals(WHITE, drawn.getRGB(1, 1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> ImageGrid.overTime(List.of(dark, manager.zeros(new Shape(1, 1, 1, 1)))));
        }
    }

    @Test
    void captionsMakeRoomForThemselves() {
        ImageGrid grid = ImageGrid.of(FOUR).withScale(4).withGap(2);
        BufferedImage bare = grid.toImage();
        BufferedImage captioned = grid.withCaptions("t = 1000", "b", "c", "d").toImage();
        assertTrue(captioned.getWidth() > bare.getWidth() + 4 * 30, "wide enough for t = 1000");
        assertTrue(captioned.getHeight() >= bare.getHeight() + 13, "high enough for a line");
        assertTrue(hasInk(captioned, bare.getHeight()), "the captions are drawn below");
    }

    @Test
    void captionsOfColumnsStandUnderTheLastRow() {
        ImageGrid grid = ImageGrid.of(FOUR).withColumns(2).withScale(40);
        int perColumn = grid.withCaptions("a", "b").toImage().getHeight();
        int perImage = grid.withCaptions("a", "b", "c", "d").toImage().getHeight();
        assertTrue(grid.toImage().getHeight() < perColumn && perColumn < perImage);
    }

    @Test
    void rowNamesMakeRoomAtTheLeft() {
        ImageGrid grid = ImageGrid.of(FOUR).withColumns(2).withScale(40).withGap(4);
        BufferedImage bare = grid.toImage();
        BufferedImage named = grid.withRowNames(List.of("linear", "b")).toImage();
        int margin = named.getWidth() - bare.getWidth();
        assertEquals(bare.getHeight(), named.getHeight());
        assertTrue(margin > 30, "wide enough for linear");
        assertTrue(hasInk(named.getSubimage(0, 4, margin, 40), 0), "a name beside the first row");
        assertTrue(hasInk(named.getSubimage(0, 48, margin, 40), 0), "and beside the second");
        assertEquals(grey(10), named.getRGB(margin + 4, 4));
        assertEquals(grey(40), named.getRGB(margin + 48, 48));
        int both = grid.withRowNames(List.of("a", "b")).withCaptions("c", "d").toImage().getWidth();
        assertTrue(both > bare.getWidth(), "captions leave the names");
    }

    @Test
    void impossibleGridsAreRefused() {
        ImageGrid grid = ImageGrid.of(FOUR);
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.of(FOUR, 4));
        assertThrows(IllegalArgumentException.class, () -> ImageGrid.of(FOUR, new int[1025]));
        assertThrows(IllegalArgumentException.class, () -> grid.withColumns(0));
        assertThrows(IllegalArgumentException.class, () -> grid.withScale(0));
        assertThrows(IllegalArgumentException.class, () -> grid.withGap(-1));
        assertThrows(IllegalArgumentException.class, () -> grid.withCaptions("a", "b", "c"));
        assertThrows(
                IllegalArgumentException.class, () -> grid.withRowNames(List.of("a", "b", "c")));
        BufferedImage other = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        assertThrows(
                IllegalArgumentException.class, () -> ImageGrid.of(List.of(FOUR.image(0), other)));
    }

    private static boolean hasInk(BufferedImage image, int fromRow) {
        for (int y = fromRow; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) != WHITE) {
                    return true;
                }
            }
        }
        return false;
    }

    private static int grey(int level) {
        return 0xff000000 | (level * 0x010101);
    }
}
