package ddpm.notebook;

import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** One output that changes in place; without a kernel, a line now and then. */
final class Live {

    private static final double NANOS = 1e9;
    private static final double SECONDS_BETWEEN_LINES = 10;

    /** A drawing may cost this share of the time. */
    private static final double SHARE = 0.02;

    private final Screen screen;
    private final Supplier<Content> drawing;
    private final LongSupplier nanoTime;
    private final double secondsBetween;
    private final long start;
    private final String id = UUID.randomUUID().toString();
    private boolean opened;
    private boolean upToDate = true; // there is nothing to show yet
    private double nextDrawing;

    Live(Screen screen, Supplier<Content> drawing, LongSupplier nanoTime, double secondsBetween) {
        this.screen = screen;
        this.drawing = drawing;
        this.nanoTime = nanoTime;
        this.secondsBetween = screen.isLive() ? secondsBetween : SECONDS_BETWEEN_LINES;
        this.start = nanoTime.getAsLong();
    }

    double seconds() {
        return (nanoTime.getAsLong() - start) / NANOS;
    }

    boolean isLive() {
        return screen.isLive();
    }

    /** There is something new, to show with the next drawing. */
    void outdate() {
        upToDate = false;
    }

    /** There is something new: draws it if it is time to. */
    void update() {
        outdate();
        if (seconds() >= nextDrawing) {
            draw();
        }
    }

    /** Draws the last state if it does not show yet. */
    void finish() {
        if (!upToDate) {
            draw();
        }
    }

    /** Draws now, and not again before the drawing has paid for itself. */
    private void draw() {
        double before = seconds();
        Content content = drawing.get();
        if (opened) {
            screen.replace(id, content);
        } else {
            screen.open(id, content);
            opened = true;
        }
        upToDate = true;
        double now = seconds();
        nextDrawing = now + Math.max(secondsBetween, (now - before) / SHARE);
    }
}
