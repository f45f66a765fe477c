package ddpm.notebook;

import ddpm.sampling.SamplingListener;
import java.util.function.LongSupplier;

/**
 * A bar for work without a loss, such as sampling. It changes in place, at most five times a
 * second; without a kernel it prints a line every ten seconds.
 */
public final class ProgressBar implements AutoCloseable {

    private final String label;
    private final Live live;
    private int done;
    private int total;

    /**
     * Progress of work that begins now. Nothing shows before the first update.
     *
     * @param label what is done, such as "Sampling"
     */
    public ProgressBar(String label) {
        this(label, Screen.current(), System::nanoTime);
    }

    ProgressBar(String label, Screen screen, LongSupplier nanoTime) {
        this.label = label;
        this.live = new Live(screen, this::content, nanoTime, 0.2);
    }

    /**
     * Tells how much is done.
     *
     * @param newDone steps done
     * @param newTotal steps in all
     */
    public void update(int newDone, int newTotal) {
        done = newDone;
        total = newTotal;
        live.update();
    }

    /**
     * Follows a sampler.
     *
     * @param steps T, how many steps it takes
     * @return a listener that moves this bar
     */
    public SamplingListener following(int steps) {
        return (t, xt, x0) -> {
            update(steps - t, steps);
            if (t == 0) {
                close();
            }
        };
    }

    /** Shows the last state if it does not show yet. */
    @Override
    public void close() {
        live.finish();
    }

    private Content content() {
        String line = "step " + Numbers.count(done) + " of " + Numbers.count(total);
        double seconds = live.seconds();
        if (done >= total) {
            line += " · took " + Numbers.duration(seconds);
        } else if (done > 0 && seconds > 0) {
            line += " · " + Numbers.duration(seconds / done * (total - done)) + " left";
        }
        return Content.html(label + ": " + line, Bars.html(label, done, total, line));
    }
}
