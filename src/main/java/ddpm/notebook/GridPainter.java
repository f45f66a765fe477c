package ddpm.notebook;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws an image grid. It makes room for all its words, so that none is cut. */
final class GridPainter {

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Color INK = new Color(0x222222);

    private final List<BufferedImage> images;
    private final int columns;
    private final int gap;
    private final List<String> captions;
    private final List<String> rowNames;
    private final int width;
    private final int height;
    private final int rows;

    GridPainter(List<BufferedImage> images, int columns, int scale, int gap, GridText text) {
        this.images = images;
        this.columns = Math.min(columns, images.size());
        this.gap = gap;
        this.captions = text.captions();
        this.rowNames = text.rows();
        this.width = images.get(0).getWidth() * scale;
        this.height = images.get(0).getHeight() * scale;
        this.rows = (images.size() + this.columns - 1) / this.columns;
    }

    BufferedImage paint() {
        FontMetrics font = metrics();
        int line = captions.isEmpty() ? 0 : font.getHeight() + 2;
        int pitch = gap + height + (perImage() ? line : 0);
        int cellWidth = widest(captions, font, width);
        int margin = widest(rowNames, font, 0);
        var picture =
                new BufferedImage(
                        margin + gap + columns * (cellWidth + gap),
                        gap + rows * pitch + (perImage() ? 0 : line),
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = onWhite(picture);
        for (int i = 0; i < images.size(); i++) {
            int left = margin + gap + i % columns * (cellWidth + gap);
            enlarge(
                    images.get(i),
                    picture,
                    left + (cellWidth - width) / 2,
                    gap + i / columns * pitch);
        }
        for (int i = 0; i < captions.size(); i++) {
            int row = perImage() ? i / columns : rows - 1;
            int left = margin + gap + i % columns * (cellWidth + gap);
            int x = left + (cellWidth - font.stringWidth(captions.get(i))) / 2;
            g.drawString(captions.get(i), x, gap + row * pitch + height + 2 + font.getAscent());
        }
        for (int row = 0; row < rowNames.size(); row++) {
            int x = margin - font.stringWidth(rowNames.get(row)) - 2;
            int middle = gap + row * pitch + height / 2;
            g.drawString(rowNames.get(row), x, middle + font.getAscent() / 2 - 1);
        }
        g.dispose();
        return picture;
    }

    /** The widest of the texts and the space around it, at least the given width. */
    private static int widest(List<String> texts, FontMetrics font, int least) {
        return texts.stream().mapToInt(text -> font.stringWidth(text) + 8).reduce(least, Math::max);
    }

    private static Graphics2D onWhite(BufferedImage picture) {
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        g.setColor(INK);
        g.setFont(FONT);
        return g;
    }

    private boolean perImage() {
        return captions.size() == images.size();
    }

    private static FontMetrics metrics() {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        FontMetrics metrics = g.getFontMetrics(FONT);
        g.dispose();
        return metrics;
    }

    /**
     * Repeats pixels. Grey comes from the raster as stored: drawing would change its brightness.
     */
    private void enlarge(BufferedImage from, BufferedImage to, int left, int top) {
        boolean grey = from.getType() == BufferedImage.TYPE_BYTE_GRAY;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromX = x * from.getWidth() / width;
                int fromY = y * from.getHeight() / height;
                int rgb =
                        grey
                                ? from.getRaster().getSample(fromX, fromY, 0) * 0x010101
                                : from.getRGB(fromX, fromY);
                to.setRGB(left + x, top + y, rgb);
            }
        }
    }
}
