package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** On the renderer that IJava 1.3.0 is built on. IJava itself is on no registry. */
class IJavaScreenTest {

    /** Keeps what is displayed. */
    private static final class Page extends BaseKernel {

        private final List<DisplayData> shown = new ArrayList<>();

        @Override
        public void display(DisplayData data) {
            shown.add(data);
        }

        @Override
        public DisplayData eval(String code) {
            throw new UnsupportedOperationException(code);
        }

        @Override
        public LanguageInfo getLanguageInfo() {
            return new LanguageInfo.Builder("Java").build();
        }
    }

    private static boolean has(DisplayData data, String mime) {
        return data.hasDataForType(MIMEType.parse(mime));
    }

    @Test
    void whatItIsTaughtShowsAsTheValueOfACell() {
        Page page = new Page();
        new IJavaScreen(page).teach();
        var chart = Figures.line("Title", "x", "y");
        chart.addSeries("line", new double[] {0, 1}, new double[] {0, 1});
        assertTrue(has(page.getRenderer().render(chart), "image/png"));
        var picture = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        assertTrue(has(page.getRenderer().render(ImageGrid.of(List.of(picture))), "image/png"));
        assertTrue(has(page.getRenderer().render(picture), "image/png"));
        var table = Table.create("Rows", IntColumn.create("n", 1, 2));
        assertTrue(has(page.getRenderer().render(table), "text/html"));
        var text = page.getRenderer().render(new double[] {0.5, 2}).getData(MIMEType.TEXT_PLAIN);
        assertEquals("[0.5, 2]", text);
    }

    @Test
    void showingAndOpeningPutItOnThePage() {
        Page page = new Page();
        Screen screen = new IJavaScreen(page);
        screen.show(Content.html("text", "<b>text</b>"));
        screen.open("id", Content.html("text", "<b>text</b>"));
        assertFalse(page.shown.get(0).hasDisplayId());
        assertEquals("id", page.shown.get(1).getDisplayId());
        assertEquals("plain", Printed.by(() -> screen.show(Content.text("plain"))));
        assertEquals(2, page.shown.size());
    }

    @Test
    void withoutIJavaNothingIsFound() {
        assertTrue(IJavaScreen.find().isEmpty());
    }
}
