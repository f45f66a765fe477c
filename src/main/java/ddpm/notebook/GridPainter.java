package ddpm.notebook;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws an image grid. A column is as wide as its widest caption, so that none is cut. */
final class GridPainter {

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final Color INK = new Color(0x222222);

    private final List<BufferedImage> images;
    private final int columns;
    private final int gap;
    private final List<String> captions;
    private final int width;
    private final int height;
    private final int rows;

    GridPainter(
            List<BufferedImage> images, int columns, int scale, int gap, List<String> captions) {
        this.images = images;
        this.columns = Math.min(columns, images.size());
        this.gap = gap;
        this.captions = captions;
        this.width = images.get(0).getWidth() * scale;
        this.height = images.get(0).getHeight() * scale;
        this.rows = (images.size() + this.columns - 1) / this.columns;
    }

    BufferedImage paint() {
        FontMetrics font = metrics();
        int line = captions.isEmpty() ? 0 : font.getHeight() + 2;
        int cellWidth =
                captions.stream().mapToInt(c -> font.stringWidth(c) + 8).reduce(width, Math::max);
        int linesOfText = perImage() ? rows : 1;
        var picture =
                new BufferedImage(
                        gap + columns * (cellWidth + gap),
                        gap + rows * (height + gap) + linesOfText * line,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
        g.setColor(INK);
        g.setFont(FONT);
        for (int i = 0; i < images.size(); i++) {
            int x = gap + i % columns * (cellWidth + gap) + (cellWidth - width) / 2;
            int y = gap + i / columns * (height + gap + (perImage() ? line : 0));
            enlarge(images.get(i), picture, x, y);
        }
        for (int i = 0; i < captions.size(); i++) {
            int row = perImage() ? i / columns : rows - 1;
            int left = gap + i % columns * (cellWidth + gap);
            int x = left + (cellWidth - font.stringWidth(captions.get(i))) / 2;
            int bottom = gap + row * (height + gap + (perImage() ? line : 0)) + height;
            g.drawString(captions.get(i), x, bottom + 2 + font.getAscent());
        }
        g.dispose();
        return picture;
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
