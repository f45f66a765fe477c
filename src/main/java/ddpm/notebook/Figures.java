package ddpm.notebook;

import ddpm.Check;
import java.util.Collections;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Charts that look alike: 640 × 400, on white, with a title, axis names, and colours that
 * colour-blind readers can tell apart. They are ordinary XChart charts: add series, change styles.
 */
public final class Figures {

    static final int WIDTH = 640;
    static final int HEIGHT = 400;
    private static final int CURVE_POINTS = 400;

    static {
        Headless.ensure();
    }

    private Figures() {}

    /**
     * A chart of lines; add them with {@code addSeries(name, x, y)}.
     *
     * @param title one line
     * @param xName name of the x axis, with its unit
     * @param yName name of the y axis, with its unit
     * @return a chart without series
     */
    public static XYChart line(String title, String xName, String yName) {
        XYChart chart = xy(title, xName, yName, HEIGHT);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
        chart.getStyler()
                .setSeriesMarkers(
                        Collections.nCopies(8, SeriesMarkers.NONE).toArray(new Marker[0]));
        return chart;
    }

    /**
     * A chart of points; add them with {@code addSeries(name, x, y)}.
     *
     * @param title one line
     * @param xName name of the x axis, with its unit
     * @param yName name of the y axis, with its unit
     * @return a chart without series
     */
    public static XYChart scatter(String title, String xName, String yName) {
        XYChart chart = xy(title, xName, yName, HEIGHT);
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
        chart.getStyler().setMarkerSize(5);
        return chart;
    }

    /**
     * A chart of lines whose y axis is logarithmic, labelled at powers of ten.
     *
     * @param title one line
     * @param xName name of the x axis, with its unit
     * @param yName name of the y axis, with its unit
     * @return a chart without series; all y must be positive
     */
    public static XYChart logLine(String title, String xName, String yName) {
        XYChart chart = line(title, xName, yName);
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setPlotGridLinesColor(FigureStyle.PALE); // there are nine to a decade
        chart.setCustomYAxisTickLabelsFormatter(y -> Numbers.significant(y, 2));
        return chart;
    }

    /**
     * A chart of lines whose axes are both logarithmic: a power of x is a straight line.
     *
     * @param title one line
     * @param xName name of the x axis, with its unit
     * @param yName name of the y axis, with its unit
     * @return a chart without series; all x and y must be positive
     */
    public static XYChart logLog(String title, String xName, String yName) {
        XYChart chart = logLine(title, xName, yName);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.setCustomXAxisTickLabelsFormatter(x -> Numbers.significant(x, 2));
        return chart;
    }

    /**
     * Draws a function into a chart of lines, such as a density over a histogram.
     *
     * @param chart gets one more series
     * @param name of the series
     * @param function finite on the whole range
     * @param low left end of the range
     * @param high right end, above low
     * @throws IllegalArgumentException if low is not below high or a value is not finite
     */
    public static void curve(
            XYChart chart, String name, DoubleUnaryOperator function, double low, double high) {
        Check.that(low < high, "low must be below high, got %s and %s", low, high);
        double[] x = new double[CURVE_POINTS + 1];
        double[] y = new double[CURVE_POINTS + 1];
        for (int i = 0; i <= CURVE_POINTS; i++) {
            x[i] = low + (high - low) * i / CURVE_POINTS;
            y[i] = function.applyAsDouble(x[i]);
            Check.that(Double.isFinite(y[i]), "all values must be finite, got %s", y[i]);
        }
        chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
    }

    /**
     * Draws points into a chart of lines, such as measurements beside a formula.
     *
     * @param chart gets one more series
     * @param name of the series
     * @param x places
     * @param y values, as many
     */
    public static void points(XYChart chart, String name, double[] x, double[] y) {
        chart.addSeries(name, x, y)
                .setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter)
                .setMarker(SeriesMarkers.CIRCLE);
    }

    /**
     * Puts the legend at the right, one series below the other: room for more than four.
     *
     * @param chart loses the width of the legend
     */
    public static void legendAtRight(XYChart chart) {
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    }

    static XYChart xy(String title, String xName, String yName, int height) {
        XYChart chart =
                new RoundTicksChart(
                        new XYChartBuilder()
                                .width(WIDTH)
                                .height(height)
                                .title(title)
                                .xAxisTitle(xName)
                                .yAxisTitle(yName));
        FigureStyle.apply(chart.getStyler());
        return chart;
    }

    /**
     * A chart of bars; add them with {@code addSeries(name, categories, heights)}.
     *
     * @param title one line
     * @param xName name of the x axis
     * @param yName name of the y axis, with its unit
     * @return a chart without series
     */
    public static CategoryChart bars(String title, String xName, String yName) {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(xName)
                        .yAxisTitle(yName)
                        .build();
        FigureStyle.apply(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(0.8);
        chart.getStyler().setPlotGridVerticalLinesVisible(false);
        chart.getStyler().setXAxisTickMarkSpacingHint(30);
        return chart;
    }

    /**
     * A histogram, as a density: its area is 1, so a density can be drawn over it.
     *
     * @param title one line
     * @param xName name of the values, with their unit
     * @param values at least one, all finite
     * @param bins number of bins, 1 to 1000
     * @return a chart with the series "histogram"
     * @throws IllegalArgumentException if there is no value, or one is not finite
     */
    public static XYChart histogram(String title, String xName, double[] values, int bins) {
        Check.that(values.length > 0, "a histogram needs at least one value");
        Check.that(1 <= bins && bins <= 1000, "bins must be in [1, 1000], got %d", bins);
        for (double value : values) {
            Check.that(Double.isFinite(value), "all values must be finite, got %s", value);
        }
        Bins counted = Bins.of(values, bins);
        XYChart chart = line(title, xName, "density");
        chart.getStyler().setYAxisMin(0.0);
        chart.addSeries("histogram", counted.outlineX(), counted.outlineY())
                .setXYSeriesRenderStyle(XYSeriesRenderStyle.Area)
                .setFillColor(FigureStyle.faint(0));
        return chart;
    }

    /**
     * A map of values as colours, dark for low and bright for high.
     *
     * @param title one line
     * @param xName name of the columns' axis
     * @param yName name of the rows' axis
     * @param values row after row, the first row at the bottom; all finite, rows of one length
     * @return a chart with one series
     * @throws IllegalArgumentException if there is no value, rows differ, or one is not finite
     */
    public static HeatMapChart heatMap(
            String title, String xName, String yName, double[][] values) {
        return HeatMaps.of(title, xName, yName, values);
    }

    /**
     * A function of two numbers as colours, such as a density: dark for low and bright for high.
     *
     * @param title one line
     * @param function takes x and y; finite on the whole square
     * @param low left and lower end of the square
     * @param high right and upper end, above low
     * @return a chart with one series; its axes are x and y
     * @throws IllegalArgumentException if low is not below high or a value is not finite
     */
    public static HeatMapChart plane(
            String title, DoubleBinaryOperator function, double low, double high) {
        return HeatMaps.plane(title, function, low, high);
    }
}
