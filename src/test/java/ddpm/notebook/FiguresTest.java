package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;

class FiguresTest {

    private static XYChart chart(double[] x, double[] y) {
        XYChart chart = Figures.line("title", "x", "y");
        chart.addSeries("one", x, y);
        chart.addSeries("two", Arrays.stream(x).map(value -> value + 0.3).toArray(), y);
        return chart;
    }

    /** The pixels left of the plot and below it. */
    private static int[] labels(XYChart chart) {
        BufferedImage image = BitmapEncoder.getBufferedImage(chart);
        int width = image.getWidth();
        int height = image.getHeight();
        return IntStream.concat(
                        IntStream.of(image.getRGB(0, 0, width / 9, height, null, 0, width / 9)),
                        IntStream.of(image.getRGB(0, 7 * height / 8, width, 10, null, 0, width)))
                .toArray();
    }

    @Test
    void equallySpacedPointsAreLabelledLikeOthers() {
        double[] equal = IntStream.rangeClosed(1, 1000).mapToDouble(i -> i / 1e3).toArray();
        double[] other =
                Arrays.stream(equal).map(x -> 1e-3 + (x - 1e-3) * (x - 1e-3) / 0.999).toArray();
        int[] wanted = labels(chart(other, other));
        assertArrayEquals(wanted, labels(chart(equal, other)));
        assertArrayEquals(wanted, labels(chart(other, equal)));
        XYChart both = chart(equal, equal);
        assertArrayEquals(wanted, labels(both));
        assertEquals(2, both.getSeriesCollection().size());
    }
}
