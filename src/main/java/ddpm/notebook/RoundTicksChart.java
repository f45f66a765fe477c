package ddpm.notebook;

import java.awt.Graphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A chart whose axes are labelled at round numbers. XChart labels data points if they are equally
 * spaced: 1, 49, 97. While painting, a point between the first two, which is not drawn, breaks
 * that.
 */
final class RoundTicksChart extends XYChart {

    private static final String BETWEEN = "between the first two points";

    RoundTicksChart(XYChartBuilder builder) {
        super(builder);
    }

    @Override
    public void paint(Graphics2D g, int width, int height) {
        XYSeries longest = null;
        for (XYSeries series : getSeriesCollection()) {
            if (longest == null || series.getXData().length > longest.getXData().length) {
                longest = series;
            }
        }
        boolean dense = longest != null && longest.getXData().length > 10;
        if (dense) {
            addPointBetween(longest.getXData(), longest.getYData());
        }
        try {
            super.paint(g, width, height);
        } finally {
            if (dense) {
                removeSeries(BETWEEN);
            }
        }
    }

    private void addPointBetween(double[] x, double[] y) {
        addSeries(BETWEEN, new double[] {between(x)}, new double[] {between(y)})
                .setMarker(SeriesMarkers.NONE)
                .setShowInLegend(false);
    }

    private static double between(double[] values) {
        return values[0] + 0.37 * (values[1] - values[0]);
    }
}
