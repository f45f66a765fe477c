package ddpm.notebook;

import java.util.Arrays;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A loss curve of any length in little memory. Losses are averaged in buckets of equal width; when
 * all are full, neighbours are joined and the width doubles.
 */
final class LossCurve {

    private static final int HEIGHT = 300;
    private static final int MOST_BUCKETS = 1000;
    private static final double MANY_TIMES = 5; // the newest loss: above, the chart is cut

    private final double[] steps = new double[MOST_BUCKETS];
    private final double[] losses = new double[MOST_BUCKETS];
    private int full;
    private int bucketWidth = 1;
    private double lossSum;
    private int inBucket;

    /** Adds a loss. One that is not finite breaks no chart: it is left out. */
    void add(int step, double loss) {
        if (!Double.isFinite(loss)) {
            return;
        }
        lossSum += loss;
        inBucket++;
        if (inBucket < bucketWidth) {
            return;
        }
        steps[full] = step;
        losses[full] = lossSum / inBucket;
        full++;
        lossSum = 0;
        inBucket = 0;
        if (full == MOST_BUCKETS) {
            halve();
        }
    }

    private void halve() {
        full = MOST_BUCKETS / 2;
        bucketWidth *= 2;
        for (int i = 0; i < full; i++) {
            steps[i] = steps[2 * i + 1];
            losses[i] = (losses[2 * i] + losses[2 * i + 1]) / 2;
        }
    }

    int size() {
        return full;
    }

    /** Mean of the newest points. */
    double recent() {
        return full == 0 ? Double.NaN : mean(Math.max(0, full - 1 - reach()), full - 1);
    }

    /** The moving mean looks this far to each side: 1/25 of the curve, but at least 5 points. */
    private int reach() {
        return Math.max(5, full / 25);
    }

    /** Around a point, as far to one side as to the other, so that a falling curve is not late. */
    private double meanAround(int i) {
        int reach = Math.min(reach(), Math.min(i, full - 1 - i));
        return mean(i - reach, i + reach);
    }

    private double mean(int first, int last) {
        double sum = 0;
        for (int i = first; i <= last; i++) {
            sum += losses[i];
        }
        return sum / (last - first + 1);
    }

    double[] steps() {
        return Arrays.copyOf(steps, full);
    }

    double[] losses() {
        return Arrays.copyOf(losses, full);
    }

    /** Ends before the last points: around these it would follow single losses. */
    double[] means() {
        double[] means = new double[Math.max(1, full - reach() / 2)];
        Arrays.setAll(means, this::meanAround);
        return means;
    }

    /** Raw losses faint, their moving mean strong. Needs at least one point. */
    XYChart chart(String title) {
        double top = MANY_TIMES * recent();
        boolean cut = Arrays.stream(losses()).anyMatch(loss -> loss > top) && top > 0;
        String name = cut ? "loss (start cut off)" : "loss";
        XYChart chart = Figures.xy(title, "step", name, HEIGHT);
        if (cut) {
            chart.getStyler().setYAxisMin(0.0);
            chart.getStyler().setYAxisMax(top);
        }
        String raw = bucketWidth == 1 ? "each step" : "means of " + bucketWidth + " steps";
        chart.addSeries(raw, steps(), losses())
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(FigureStyle.stroke(1))
                .setLineColor(FigureStyle.faint(0));
        double[] means = means();
        chart.addSeries("moving mean", Arrays.copyOf(steps, means.length), means)
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(FigureStyle.stroke(2.5f))
                .setLineColor(FigureStyle.strong(0));
        return chart;
    }
}
