package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.doctor.Doctor;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.ServiceLoader;
import javax.imageio.ImageIO;
import org.dflib.jjava.jupyter.Extension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

class ContentTest {

    @Test
    void aChartIsASharpPictureOfItsSize() throws IOException {
        var chart = Figures.line("Title", "x", "y");
        chart.addSeries("line", new double[] {0, 1}, new double[] {0, 1});
        Content content = Content.of(chart);
        assertEquals(Content.PNG, content.mime());
        assertEquals("[chart: Title]", content.text());
        assertEquals(640, content.width());
        assertEquals(1280, decode(content).getWidth());
        assertEquals(0xffffffff, decode(content).getRGB(0, 0));
    }

    @Test
    void paintingAddsNoSeriesForGood() {
        var chart = Figures.line("Title", "x", "y");
        double[] x = new double[100];
        Arrays.setAll(x, i -> i);
        chart.addSeries("line", x, x);
        Content first = Content.of(chart);
        assertEquals(1, chart.getSeriesCollection().size());
        assertEquals(first, Content.of(chart));
    }

    @Test
    void aTableShowsItsFirstRowsAndSaysSo() {
        int[] numbers = new int[50];
        String[] names = new String[50];
        Arrays.fill(names, "<b>");
        Content content =
                Content.of(
                        Table.create(
                                "Rows",
                                IntColumn.create("n", numbers),
                                StringColumn.create("name", names)));
        assertEquals(Content.HTML, content.mime());
        assertTrue(content.data().contains("the first 20 of 50 rows; 30 more are not shown"));
        assertEquals(21, content.data().split("<tr>", -1).length - 1);
        assertTrue(content.data().contains("&lt;b&gt;") && !content.data().contains("<b>"));
        for (String cell : new String[] {"th", "td"}) { // a name stands above what it names
            assertTrue(content.data().contains("<" + cell + " style=\"text-align:left\">"));
            assertTrue(content.data().contains("<" + cell + " style=\"text-align:right\">"));
        }
    }

    @Test
    void aTensorIsOneLine() {
        try (var manager = NDManager.newBaseManager()) {
            NDArray many = manager.arange(1000f).reshape(new Shape(10, 100));
            assertEquals("(10, 100) float32 on cpu, 0 to 999, mean 499.5", Content.of(many).text());
            assertEquals(
                    "(2) int32 on cpu, values [3, 4]",
                    Content.of(manager.create(new int[] {3, 4})).text());
            assertTrue(
                    Content.of(many.sub(500f).log()).text().contains("501 values are NaN or inf"));
            assertTrue(Content.of(many.gt(5f)).text().contains("bool"));
            assertTrue(Content.of(manager.create(new Shape(0))).text().contains("empty"));
        }
    }

    @Test
    void aClosedTensorSaysSo() {
        try (var manager = NDManager.newBaseManager()) {
            NDArray array = manager.zeros(new Shape(2));
            array.close();
            assertEquals("a closed array", Content.of(array).text());
        }
    }

    @Test
    void aBatchOfImagesIsALineAndAPicture() {
        try (var manager = NDManager.newBaseManager()) {
            NDArray batch = manager.zeros(new Shape(64, 1, 28, 28));
            Content content = Content.of(batch);
            assertEquals(Content.HTML, content.mime());
            assertEquals("(64, 1, 28, 28) float32 on cpu, 0 to 0, mean 0", content.text());
            assertTrue(content.data().contains("alt=\"[20 images of 28 × 28]\""));
            assertEquals(1, manager.getManagedArrays().size());
            for (Shape none : new Shape[] {new Shape(2, 4, 28, 28), new Shape(2, 1, 3, 3)}) {
                assertEquals(Content.TEXT, Content.of(manager.zeros(none)).mime());
            }
            assertEquals(Content.TEXT, Content.of(batch.div(0f)).mime());
            batch.close();
            assertEquals("a closed array", Content.of(batch).text());
        }
    }

    @Test
    void arraysOfJavaAreShort() {
        assertEquals("[1, 2]", Content.of(new float[] {1, 2}).text());
        assertEquals("[123456, 2]", Content.of(new int[] {123456, 2}).text());
        assertEquals("[a, null]", Content.of(new String[] {"a", null}).text());
        assertEquals("[true]", Content.of(new boolean[] {true}).text());
        assertEquals("[]", Content.of(new long[0]).text());
        double[][] plane = new double[200][3000];
        plane[1][1] = 6;
        assertEquals("double[200][3,000], 0 to 6, mean 1e-5", Content.of(plane).text());
        assertEquals("int[2][0]", Content.of(new int[2][0]).text());
        assertEquals("String[1][1]", Content.of(new String[][] {{"a"}}).text());
    }

    @Test
    void otherValuesAreTheirText() {
        assertEquals("null", Content.of(null).text());
        assertEquals("[0.5, 2]", Content.of(new double[] {0.5, 2}).text());
        assertTrue(Content.of(new int[100]).text().endsWith("100 in all]"));
        assertEquals("[a]", Content.of(List.of("a")).text());
        assertEquals("text", Printed.by(() -> Notebook.show("text")));
        assertEquals("int[1][0]", Printed.by(() -> Notebook.show((Object[]) new int[1][0])));
    }

    @Test
    void anAnimationIsAnImageInHtml() {
        var frame = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
        Content content = Content.of(Animation.of(List.of(frame, frame)));
        assertEquals(Content.HTML, content.mime());
        assertTrue(content.data().contains("src=\"data:image/gif;base64,R0lGODlh"));
    }

    @Test
    void figuresRefuseValuesTheyCannotDraw() {
        double[] bad = {1, Double.NaN};
        refused(() -> Figures.histogram("t", "x", bad, 10));
        refused(() -> Figures.histogram("t", "x", new double[0], 10));
        refused(() -> Figures.histogram("t", "x", new double[] {1}, 0));
        refused(() -> Figures.heatMap("t", "x", "y", new double[][] {bad}));
        refused(() -> Figures.heatMap("t", "x", "y", new double[][] {{1}, {1, 2}}));
        refused(() -> Figures.heatMap("t", "x", "y", new double[0][]));
        refused(() -> Figures.plane("t", (x, y) -> 1, 1, 1));
        refused(() -> Figures.plane("t", (x, y) -> 1, 0, Double.NaN));
        refused(() -> Figures.plane("t", (x, y) -> Math.log(x), 0, 1));
        var chart = Figures.line("t", "x", "y");
        refused(() -> Figures.curve(chart, "f", x -> x, 1, 1));
        refused(() -> Figures.curve(chart, "f", Math::log, 0, 1));
    }

    @Test
    void logarithmicChartsArePaintedAndTakeCurves() {
        for (var chart : List.of(Figures.logLine("t", "x", "y"), Figures.logLog("t", "x", "y"))) {
            Figures.curve(chart, "cube", x -> x * x * x, 1e-3, 1);
            Figures.points(chart, "points", new double[] {0.1, 1}, new double[] {0.1, 1});
            Figures.legendAtRight(chart);
            var series = chart.getSeriesCollection().iterator().next();
            assertEquals(401, series.getXData().length);
            assertEquals(1e-9, series.getYData()[0], 1e-15);
            assertDoesNotThrow(() -> Content.of(chart));
        }
    }

    @Test
    void aHistogramHasArea1() {
        Bins bins = Bins.of(new double[] {0, 1, 1, 2, 3, 4, 4}, 4);
        double area = 0;
        for (double density : bins.density()) {
            area += density * bins.width();
        }
        assertEquals(1, area, 1e-12);
        assertEquals(4.0, bins.outlineX()[9], 1e-12);
        assertDoesNotThrow(() -> Content.of(Figures.histogram("t", "x", new double[] {5}, 3)));
    }

    @Test
    void theKernelFindsTheExtension() {
        assertTrue(
                ServiceLoader.load(Extension.class).stream()
                        .anyMatch(provider -> provider.type() == NotebookExtension.class));
    }

    @Test
    void withoutAKernelThereIsNoPage() {
        assertFalse(Screen.current().isLive());
    }

    /** Findings show as a table of what was found, and lines of what was not looked for. */
    @Test
    void findingsShowAsATableAndNotes() {
        Content ill = findings(new LinearSchedule(100, 1e-4, 0.02));
        assertEquals(Content.HTML, ill.mime());
        assertTrue(ill.data().contains("1 fault found in 1 check</caption>"), ill.data());
        assertTrue(ill.data().contains("too much signal at T</td>"), ill.data());
        assertTrue(ill.data().contains("gradient norm, dead units; give withRun"), ill.data());
        assertTrue(ill.text().startsWith("1 fault found"), ill.text());
        Content well = findings(new CosineSchedule(100));
        assertTrue(well.data().startsWith("<p>✓ healthy: 1 check, nothing found</p>"), well.data());
        assertFalse(well.data().contains("<table"));
    }

    private static Content findings(NoiseSchedule schedule) {
        var forward = new ForwardProcess(schedule);
        return Content.of(Doctor.of((xt, t) -> xt, Prediction.EPSILON, forward).examine(1));
    }

    @Test
    void aLongNumberInATableIsCutToFourDigits() {
        var numbers = DoubleColumn.create("x", 0.5, 1 / 3.0, 2.0 / 3e7, -1234.56789012);
        var content = Content.of(Table.create("t", numbers));
        for (String cell : new String[] {"0.5<", "0.3333<", "6.667e-8<", "-1235<"}) {
            assertTrue(content.data().contains(">" + cell), content.data());
        }
    }

    private static void refused(Executable action) {
        assertThrows(IllegalArgumentException.class, action);
    }

    private static BufferedImage decode(Content content) throws IOException {
        byte[] bytes = Base64.getDecoder().decode(content.data());
        return ImageIO.read(new ByteArrayInputStream(bytes));
    }
}
