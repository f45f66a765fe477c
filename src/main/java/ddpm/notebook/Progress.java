package ddpm.notebook;

import ddpm.training.TrainingListener;
import ddpm.training.TrainingStopped;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Training as it goes: a bar, the loss, the speed, the time left, and the loss curve. It changes in
 * place, at most every second and a half, and its last state stays in the saved notebook.
 *
 * <p>Without a kernel it prints a line every ten seconds. Use it on the thread of the cell.
 */
public final class Progress implements TrainingListener, AutoCloseable {

    private final String label;
    private final Live live;
    private final LossCurve curve = new LossCurve();
    private int firstStep = -1;
    private double firstSeconds;
    private long imagesSince;
    private int step;
    private int totalSteps;
    private double loss = Double.NaN;
    private String ending = "";
    private final List<String> warnings = new ArrayList<>();

    /**
     * Progress of a training that begins now. Nothing shows before the first update.
     *
     * @param label what is trained, such as "Training"
     */
    public Progress(String label) {
        this(label, Screen.current(), System::nanoTime);
    }

    Progress(String label, Screen screen, LongSupplier nanoTime) {
        this.label = label;
        this.live = new Live(screen, this::content, nanoTime, 1.5);
    }

    @Override
    public void onStep(Step done) {
        update(
                Math.toIntExact(done.number()),
                Math.toIntExact(done.last()),
                done.loss(),
                done.images());
        if (done.number() == done.last()) {
            close();
        }
    }

    /** Shows the warning in its line, from now on. */
    @Override
    public void onWarning(Warning warning) {
        warnings.add(warning.toString());
        live.outdate();
    }

    /** Shows why the training stopped. */
    @Override
    public void onStop(TrainingStopped why) {
        finished(why.reason() == TrainingStopped.Reason.INTERRUPTED ? "interrupted" : "stopped");
    }

    /**
     * Tells of a step that is done. Costs next to nothing unless it is time to draw.
     *
     * @param newStep 1 … newTotalSteps; a resumed training begins later
     * @param newTotalSteps the last step
     * @param newLoss loss of this step; one that is not finite is told but not drawn
     * @param images images in this step
     */
    public void update(int newStep, int newTotalSteps, double newLoss, int images) {
        step = newStep;
        totalSteps = newTotalSteps;
        loss = newLoss;
        curve.add(newStep, newLoss);
        if (firstStep < 0) {
            firstStep = newStep;
            firstSeconds = live.seconds();
        } else {
            imagesSince += images;
        }
        live.update();
    }

    /**
     * Shows the last state and a closing word.
     *
     * @param message such as "stopped early"
     */
    public void finished(String message) {
        ending = message;
        live.outdate();
        close();
    }

    /** Shows the last state if it does not show yet. */
    @Override
    public void close() {
        live.finish();
    }

    private Content content() {
        String line = line();
        if (!live.isLive()) {
            return Content.text(label + ": " + line);
        }
        var html = new StringBuilder(Bars.html(label, step, totalSteps, line));
        if (curve.size() > 1) {
            html.append(Content.chart(curve.chart(label)).toImg());
        }
        return Content.html(label + ": " + line, html.toString());
    }

    private String line() {
        List<String> parts = new ArrayList<>();
        parts.add("step " + Numbers.count(step) + " of " + Numbers.count(totalSteps));
        parts.add("loss " + Numbers.significant(Double.isFinite(loss) ? curve.recent() : loss, 3));
        double seconds = live.seconds() - firstSeconds;
        if (step > firstStep && firstStep >= 0 && seconds > 0) {
            parts.add(Numbers.significant(imagesSince / seconds, 3) + " images/s");
            double left = seconds / (step - firstStep) * (totalSteps - step);
            parts.add(
                    step < totalSteps && ending.isEmpty()
                            ? Numbers.duration(left) + " left"
                            : "took " + Numbers.duration(live.seconds()));
        }
        if (!ending.isEmpty()) {
            parts.add(ending);
        }
        parts.addAll(warnings);
        return String.join(" · ", parts);
    }
}
