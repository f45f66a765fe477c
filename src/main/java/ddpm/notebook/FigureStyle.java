package ddpm.notebook;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.HeatMapStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The look of all charts. The colours are those of Okabe and Ito (2008), yellow left out. */
final class FigureStyle {

    private static final Color INK = new Color(0x222222);
    private static final Color GRID = new Color(0xdddddd);
    static final Color PALE = new Color(0xf0f0f0);
    private static final Color[] SERIES = {
        new Color(0x0072b2), // blue
        new Color(0xd55e00), // vermilion
        new Color(0x009e73), // green
        new Color(0xcc79a7), // purple
        new Color(0xe69f00), // orange
        new Color(0x56b4e9), // sky blue
        new Color(0x000000),
    };

    /** From dark to bright, in even steps of brightness: five points of the map viridis. */
    private static final Color[] HEAT = {
        new Color(0x440154),
        new Color(0x3b528b),
        new Color(0x21918c),
        new Color(0x5ec962),
        new Color(0xfde725),
    };

    private FigureStyle() {}

    static void apply(AxesChartStyler style) {
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setChartFontColor(INK);
        style.setAxisTickLabelsColor(INK);
        style.setAxisTickMarksColor(GRID);
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        style.setChartTitleBoxVisible(false);
        style.setLegendPosition(LegendPosition.OutsideS);
        style.setLegendLayout(LegendLayout.Horizontal);
        style.setLegendBorderColor(Color.WHITE);
        style.setLegendSeriesLineLength(24);
        style.setChartPadding(12);
        style.setPlotMargin(4);
        style.setSeriesColors(SERIES.clone());
        style.setSeriesLines(
                IntStream.range(0, SERIES.length)
                        .mapToObj(i -> stroke(2))
                        .toArray(BasicStroke[]::new));
        style.setLocale(Locale.ROOT);
        style.setDecimalPattern("#,##0.######");
    }

    static void heat(HeatMapStyler style) {
        style.setRangeColors(HEAT.clone());
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setLegendLayout(LegendLayout.Vertical);
        style.setPlotContentSize(1);
        style.setAntiAlias(false); // no bright lines between the cells
        style.setPlotBackgroundColor(HEAT[2]); // where cells do not meet
        style.setShowValue(false);
        style.setDrawBorder(false);
        style.setPlotGridLinesVisible(false);
    }

    static BasicStroke stroke(float width) {
        return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
    }

    static Color strong(int series) {
        return SERIES[series];
    }

    /** The same colour, letting the white shine through. */
    static Color faint(int series) {
        Color c = SERIES[series];
        return new Color(c.getRed(), c.getGreen(), c.getBlue(), 80);
    }
}
