package ddpm.training;

import java.util.Optional;

/**
 * Watches a training and warns another listener, once of each kind: of an exploding gradient and of
 * dead units. (A loss that is not finite stops the trainer by itself.)
 *
 * <p>It passes everything on, and knows nothing of how the warning is shown.
 */
public final class Watchdog implements TrainingListener {

    private static final int STEPS_BETWEEN_LOOKS = 100;

    private final Optional<Trainer> trainer;
    private final TrainingListener inner;
    private final GradientWatch gradient = new GradientWatch();
    private boolean toldOfGradient;
    private boolean toldOfUnits;

    /**
     * Watches the steps of a trainer.
     *
     * @param trainer the trainer whose listener this becomes
     * @param inner is told of the steps, and warned
     */
    public Watchdog(Trainer trainer, TrainingListener inner) {
        this(Optional.of(trainer), inner);
    }

    /**
     * Watches the gradient alone, for a training that another program runs.
     *
     * @param inner is told of the steps, and warned
     */
    public Watchdog(TrainingListener inner) {
        this(Optional.empty(), inner);
    }

    private Watchdog(Optional<Trainer> trainer, TrainingListener inner) {
        this.trainer = trainer;
        this.inner = inner;
    }

    @Override
    public void onStep(Step step) {
        inner.onStep(step);
        Optional<Warning> warning = gradient.add(step.number(), step.gradientNorm());
        if (warning.isPresent() && !toldOfGradient) {
            toldOfGradient = true;
            inner.onWarning(warning.get());
        }
        if (step.number() % STEPS_BETWEEN_LOOKS == 0 && !toldOfUnits) {
            trainer.map(DeadUnits::of).ifPresent(units -> look(step, units));
        }
    }

    private void look(Step step, DeadUnits units) {
        if (units.isTooMany()) {
            toldOfUnits = true;
            inner.onWarning(
                    new Warning(
                            step.number(),
                            "At step " + step.number() + " " + units + ".",
                            "They seldom come back: start again with a lower learning rate or a"
                                    + " longer warm-up."));
        }
    }

    @Override
    public void onWarning(Warning warning) {
        inner.onWarning(warning);
    }

    @Override
    public void onStop(TrainingStopped why) {
        inner.onStop(why);
    }
}
