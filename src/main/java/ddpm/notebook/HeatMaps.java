package ddpm.notebook;

import ddpm.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;

/** Values as colours: what {@link Figures} draws with {@code heatMap} and {@code plane}. */
final class HeatMaps {

    private static final int PLANE_CELLS = 80;
    private static final int PLANE_WIDTH = 485; // so that, with the legend, the
    private static final int PLANE_HEIGHT = 382; // plane itself is about a square
    private static final int PLANE_TICKS = 72; // pixels: a tick at each quarter, of both axes

    private HeatMaps() {}

    static HeatMapChart of(String title, String xName, String yName, double[][] values) {
        Check.that(values.length > 0 && values[0].length > 0, "a heat map needs values");
        for (double[] row : values) {
            Check.that(row.length == values[0].length, "all rows must be of one length");
            Check.that(
                    DoubleStream.of(row).allMatch(Double::isFinite), "all values must be finite");
        }
        HeatMapChart chart = chart(title, xName, yName, Figures.WIDTH, Figures.HEIGHT);
        return fill(chart, range(values[0].length), range(values.length), values);
    }

    static HeatMapChart plane(
            String title, DoubleBinaryOperator function, double low, double high) {
        Check.that(low < high, "low must be below high, got %s and %s", low, high);
        double[][] values = new double[PLANE_CELLS + 1][PLANE_CELLS + 1];
        List<Double> places = new ArrayList<>();
        for (int i = 0; i <= PLANE_CELLS; i++) {
            places.add(Numbers.roundLike(low + i * (high - low) / PLANE_CELLS, (high - low) / 100));
        }
        for (int row = 0; row <= PLANE_CELLS; row++) {
            for (int column = 0; column <= PLANE_CELLS; column++) {
                double value = function.applyAsDouble(places.get(column), places.get(row));
                Check.that(Double.isFinite(value), "all values must be finite, got %s", value);
                values[row][column] = value;
            }
        }
        HeatMapChart chart = chart(title, "x", "y", PLANE_WIDTH, PLANE_HEIGHT);
        chart.getStyler().setXAxisTickMarkSpacingHint(PLANE_TICKS);
        return fill(chart, places, places, values);
    }

    private static HeatMapChart chart(
            String title, String xName, String yName, int width, int height) {
        return new HeatMapChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(xName)
                .yAxisTitle(yName)
                .build();
    }

    private static HeatMapChart fill(
            HeatMapChart chart, List<?> columns, List<?> rows, double[][] values) {
        FigureStyle.apply(chart.getStyler());
        FigureStyle.heat(chart.getStyler());
        var range = Arrays.stream(values).flatMapToDouble(DoubleStream::of).summaryStatistics();
        double size = Math.max(Math.abs(range.getMin()), Math.abs(range.getMax()));
        chart.getStyler().setMin(Numbers.roundLike(range.getMin(), size));
        chart.getStyler().setMax(Numbers.roundLike(range.getMax(), size));
        chart.addSeries("values", columns, rows, cells(values));
        return chart;
    }

    private static List<Integer> range(int n) {
        return IntStream.range(0, n).boxed().collect(Collectors.toList());
    }

    /** The form XChart wants: column, row, value. */
    private static List<Number[]> cells(double[][] values) {
        return IntStream.range(0, values.length * values[0].length)
                .mapToObj(
                        i -> {
                            int x = i % values[0].length;
                            int y = i / values[0].length;
                            return new Number[] {x, y, values[y][x]};
                        })
                .toList();
    }
}
