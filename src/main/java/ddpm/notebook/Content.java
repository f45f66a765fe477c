package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ddpm.doctor.Findings;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * What is shown of a value: always a text, and mostly something better.
 *
 * @param text for a terminal
 * @param mime type of the data, text/plain if the text is all
 * @param data HTML, or a picture in Base64
 * @param width on the page, in CSS pixels; 0 for HTML and text
 * @param height likewise
 */
record Content(String text, String mime, String data, int width, int height) {

    static final String TEXT = "text/plain";
    static final String HTML = "text/html";
    static final String PNG = "image/png";

    /** Charts are drawn with twice the pixels, for sharp text on any screen. */
    private static final int CHART_SCALE = 2;

    static Content of(Object value) {
        if (value instanceof Content content) {
            return content;
        } else if (value instanceof Chart<?, ?> chart) {
            return chart(chart);
        } else if (value instanceof ImageGrid grid) {
            return picture(grid.toString(), grid.toImage(), 1);
        } else if (value instanceof BufferedImage image) {
            return picture(
                    "[image " + image.getWidth() + " × " + image.getHeight() + "]", image, 1);
        } else if (value instanceof Animation animation) {
            return html(animation.toString(), animation.toHtml());
        } else if (value instanceof Table table) {
            return html(table.print(Tables.MOST_ROWS), Tables.html(table));
        } else if (value instanceof Findings findings) {
            return html(findings.toString(), Tables.html(findings));
        } else if (value instanceof NDArray array) {
            return tensor(array);
        }
        return text(Tensors.describeAny(value));
    }

    /** A line, and the first images of a batch of images. */
    private static Content tensor(NDArray array) {
        String line = Tensors.describe(array);
        return Tensors.images(array)
                .map(images -> of(ImageGrid.of(images)))
                .map(
                        picture ->
                                html(
                                        line,
                                        "<div>" + Tables.escape(line) + "</div>" + picture.toImg()))
                .orElseGet(() -> text(line));
    }

    static Content text(String text) {
        return new Content(text, TEXT, text, 0, 0);
    }

    static Content html(String text, String html) {
        return new Content(text, HTML, html, 0, 0);
    }

    static Content chart(Chart<?, ?> chart) {
        return picture("[chart: " + chart.getTitle() + "]", draw(chart), CHART_SCALE);
    }

    private static BufferedImage draw(Chart<?, ?> chart) {
        int width = chart.getWidth();
        int height = chart.getHeight();
        var image =
                new BufferedImage(
                        width * CHART_SCALE, height * CHART_SCALE, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.scale(CHART_SCALE, CHART_SCALE);
        chart.paint(g, width, height);
        g.dispose();
        return image;
    }

    private static Content picture(String text, BufferedImage image, int pixelsPerUnit) {
        return new Content(
                text,
                PNG,
                Base64.getEncoder().encodeToString(png(image)),
                image.getWidth() / pixelsPerUnit,
                image.getHeight() / pixelsPerUnit);
    }

    /** Written with the strongest compression: a notebook should stay below a megabyte. */
    private static byte[] png(BufferedImage image) {
        var bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(0);
        try (var out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    /** A picture as an HTML element, to stand inside other HTML. */
    String toImg() {
        return "<img alt=\"%s\" src=\"data:%s;base64,%s\" width=\"%d\" height=\"%d\">"
                .formatted(Tables.escape(text), mime, data, width, height);
    }
}
