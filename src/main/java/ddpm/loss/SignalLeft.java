package ddpm.loss;

import ddpm.Check;
import ddpm.forward.ForwardProcess;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.schedule.NoiseSchedule;
import java.util.Locale;
import java.util.Optional;

/**
 * How much of the image is left in x_T. The sampler starts from N(0, I), so nothing should be.
 *
 * <p>It is measured by L_T, for the pixels that leave the most, -1 and 1:
 *
 * <pre>L_T = KL(N(±√ᾱ_T, 1 - ᾱ_T) ‖ N(0, 1)) = -½ log(1 - ᾱ_T)</pre>
 *
 * <p>L_T is part of the bound, and no training lowers it. The limit is {@value #LIMIT} bits per
 * dimension, for two reasons. Code lengths of images are published to 0.01 bits per dimension: a
 * tenth of that does not show. And L_T, averaged over images, is at least the information that x_T
 * has about x_0: for an image of 28 × 28 grey pixels the limit is 0.8 bits, less than the answer to
 * one yes-or-no question about the whole image.
 *
 * @param schedule the variances of the steps
 * @param bitsPerDimension L_T of a pixel that is -1 or 1, in bits
 */
public record SignalLeft(NoiseSchedule schedule, double bitsPerDimension) {

    /** The largest L_T that is accepted, in bits per dimension. */
    public static final double LIMIT = 1e-3;

    /**
     * Checks the range.
     *
     * @param schedule the variances of the steps
     * @param bitsPerDimension L_T, at least 0
     */
    public SignalLeft {
        Check.that(
                0 <= bitsPerDimension && bitsPerDimension < Double.POSITIVE_INFINITY,
                "bitsPerDimension must be >= 0 and finite, got %s",
                bitsPerDimension);
    }

    /**
     * What a schedule leaves.
     *
     * @param schedule the variances of the steps
     * @return L_T of a pixel that is -1 or 1
     */
    public static SignalLeft of(NoiseSchedule schedule) {
        var forward = new ForwardProcess(schedule);
        var bound = new VariationalBound(forward, Prediction.EPSILON, ReverseVariance.BETA);
        return new SignalLeft(schedule, BoundTerms.toBits(bound.prior(1)));
    }

    /** {@return whether more is left than the limit} */
    public boolean isTooMuch() {
        return bitsPerDimension > LIMIT;
    }

    /**
     * What is wrong and what helps.
     *
     * @return a warning, or nothing if the limit is kept
     */
    public Optional<String> warning() {
        return isTooMuch() ? Optional.of("⚠ " + sentence() + advice()) : Optional.empty();
    }

    /** {@return the warning, or one line that says that the limit is kept} */
    @Override
    public String toString() {
        return warning().orElse("fine: " + sentence());
    }

    private String sentence() {
        return String.format(
                Locale.ROOT,
                "%s leaves L_T = %.2g bits/dim at T = %d, limit %.3f.",
                schedule,
                bitsPerDimension,
                schedule.steps(),
                LIMIT);
    }

    private static String advice() {
        return " The sampler starts from N(0, I), which is not what training ends at: use more"
                + " steps or a larger β.";
    }
}
