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
    private final LongSupplier nanoTime;
    private final double secondsBetween;
    private final long start;
    private final String id = UUID.randomUUID().toString();
    private boolean opened;
    private double nextDrawing;

    Live(Screen screen, LongSupplier nanoTime, double secondsBetween) {
        this.screen = screen;
        this.nanoTime = nanoTime;
        this.secondsBetween = screen.isLive() ? secondsBetween : SECONDS_BETWEEN_LINES;
        this.start = nanoTime.getAsLong();
    }

    double seconds() {
        return (nanoTime.getAsLong() - start) / NANOS;
    }

    boolean isDue() {
        return seconds() >= nextDrawing;
    }

    boolean isLive() {
        return screen.isLive();
    }

    /** Draws now, and not again before the drawing has paid for itself. */
    void draw(Supplier<Content> drawing) {
        double before = seconds();
        Content content = drawing.get();
        if (opened) {
            screen.replace(id, content);
        } else {
            screen.open(id, content);
            opened = true;
        }
        double now = seconds();
        nextDrawing = now + Math.max(secondsBetween, (now - before) / SHARE);
    }
}
