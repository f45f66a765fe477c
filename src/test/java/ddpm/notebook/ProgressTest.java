package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.training.TrainingListener;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final Page page = new Page();
    private long nanos;

    @Test
    void oneOutputChangesInPlace() {
        try (var progress = new Progress("Training", page, () -> nanos)) {
            run(progress, 1, 100, 100);
        }
        assertEquals(1, page.ids.size());
        assertEquals(1, page.opened);
        assertTrue(page.last().text().startsWith("Training: step 100 of 100"), page.last().text());
    }

    @Test
    void drawingIsRareAndItsLastStateIsTheTruth() {
        try (var progress = new Progress("Training", page, () -> nanos)) {
            run(progress, 1, 95, 100); // 0.1 s each, so at most every 15th step is drawn
        }
        assertTrue(page.contents.size() <= 9, page.contents.size() + " drawings");
        assertTrue(page.last().text().contains("step 95 of 100"), page.last().text());
    }

    @Test
    void aSlowDrawingIsPaidForBeforeTheNext() {
        page.cost = 2_000_000_000L; // may cost 2 %, so the next comes after 100 s, or 1000 steps
        try (var progress = new Progress("Training", page, () -> nanos)) {
            run(progress, 1, 3000, 4000);
        }
        assertTrue(page.contents.size() <= 4, page.contents.size() + " drawings");
    }

    @Test
    void speedAndTimeLeftComeFromTheStepsSeen() {
        var progress = new Progress("Training", page, () -> nanos);
        run(progress, 501, 601, 1601); // resumed: 100 steps in 10 s, 8 images each
        progress.close();
        String text = page.last().text();
        assertTrue(text.contains("80 images/s") && text.contains("1 min 40 s left"), text);
    }

    @Test
    void aLossThatIsNotANumberIsToldAndBreaksNothing() {
        try (var progress = new Progress("Training", page, () -> nanos)) {
            run(progress, 1, 50, 100);
            progress.update(51, 100, Double.NaN, 8);
            progress.finished("stopped early");
        }
        String text = page.last().text();
        assertTrue(text.contains("loss NaN") && text.contains("stopped early"), text);
    }

    @Test
    void aWarningAndAStopAreShownInTheSameLine() {
        var progress = new Progress("Training", page, () -> nanos);
        run(progress, 1, 50, 100);
        progress.onWarning(
                new TrainingListener.Warning(50, "The gradient explodes.", "Lower the rate."));
        run(progress, 51, 60, 100);
        progress.close();
        String text = page.last().text();
        assertTrue(text.contains("⚠ The gradient explodes. Lower the rate."), text);
        assertTrue(text.contains("step 60 of 100") && !text.contains("\n"), text);
        assertEquals(1, page.opened);
    }

    @Test
    void withoutAPageItPrintsFewLines() {
        page.live = false;
        try (var progress = new Progress("Training", page, () -> nanos)) {
            run(progress, 1, 1000, 1000); // 100 s, a line every 10 s
        }
        assertTrue(page.contents.size() <= 12, page.contents.size() + " lines");
        assertEquals(Content.TEXT, page.last().mime());
    }

    @Test
    void nothingShowsOfNothing() {
        new Progress("Training", page, () -> nanos).close();
        new ProgressBar("Sampling", page, () -> nanos).close();
        assertEquals(List.of(), page.contents);
    }

    @Test
    void theBarEndsFull() {
        try (var bar = new ProgressBar("Sampling <x>", page, () -> nanos)) {
            for (int step = 1; step <= 50; step++) {
                nanos += 10_000_000;
                bar.update(step, 50);
            }
        }
        assertEquals(1, page.ids.size());
        String html = page.last().data();
        assertTrue(html.contains("value=\"50\" max=\"50\""), html);
        assertTrue(html.contains("Sampling &lt;x&gt;"), html);
    }

    /** Steps of a tenth of a second with eight images. */
    private void run(Progress progress, int first, int last, int total) {
        for (int step = first; step <= last; step++) {
            nanos += 100_000_000;
            progress.update(step, total, 1.0 / step, 8);
        }
    }

    /** Notes what is shown; showing may cost time. */
    private final class Page implements Screen {

        private final List<Content> contents = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private boolean live = true;
        private int opened;
        private long cost;

        Content last() {
            return contents.get(contents.size() - 1);
        }

        @Override
        public boolean isLive() {
            return live;
        }

        @Override
        public void show(Content content) {
            contents.add(content);
            nanos += cost;
        }

        @Override
        public void open(String id, Content content) {
            opened++;
            ids.add(id);
            show(content);
        }

        @Override
        public void replace(String id, Content content) {
            ids.add(id);
            show(content);
        }
    }
}
