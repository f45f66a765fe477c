package ddpm.sampling;

import ddpm.Check;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The steps that a fast sampler visits, 1 ≤ τ_1 &lt; … &lt; τ_S ≤ T. Song et al. (2021), App. D.2.
 *
 * <p>Sampling starts at τ_S: give it images at the signal level of that step, which is pure noise
 * for τ_S = T.
 */
public final class StepSubset {

    private final int[] ascending;

    private StepSubset(int[] ascending) {
        this.ascending = ascending;
    }

    /**
     * The given steps.
     *
     * @param steps increasing, each at least 1; copied
     * @return the subset
     * @throws IllegalArgumentException if it is empty, not increasing, or has a step below 1
     */
    public static StepSubset of(int... steps) {
        Check.that(steps.length >= 1, "need at least one step, got none");
        Check.that(steps[0] >= 1, "steps must be >= 1, got %d", steps[0]);
        for (int i = 1; i < steps.length; i++) {
            Check.that(
                    steps[i - 1] < steps[i],
                    "steps must increase, got %d after %d",
                    steps[i],
                    steps[i - 1]);
        }
        return new StepSubset(steps.clone());
    }

    /**
     * All steps.
     *
     * @param last T
     * @return 1, 2, …, T
     */
    public static StepSubset all(int last) {
        return of(IntStream.rangeClosed(1, last).toArray());
    }

    /**
     * Steps at equal distances, with 1 and T among them.
     *
     * @param last T
     * @param count how many, 2 to T
     * @return the subset
     * @throws IllegalArgumentException if the count is outside [2, T]
     */
    public static StepSubset uniform(int last, int count) {
        return spaced(last, count, u -> u);
    }

    /**
     * Steps that lie closer near the image: their distances from 1 grow with the square of their
     * number. 1 and T are among them.
     *
     * @param last T
     * @param count how many, 2 to T
     * @return the subset
     * @throws IllegalArgumentException if the count is outside [2, T]
     */
    public static StepSubset quadratic(int last, int count) {
        return spaced(last, count, u -> u * u);
    }

    private static StepSubset spaced(
            int last, int count, java.util.function.DoubleUnaryOperator place) {
        Check.that(2 <= count && count <= last, "count must be in [2, %d], got %d", last, count);
        int[] steps = new int[count];
        for (int i = 0; i < count; i++) {
            int wanted = (int) Math.round(1 + (last - 1) * place.applyAsDouble(i / (count - 1.0)));
            int least = i == 0 ? 1 : steps[i - 1] + 1; // where rounding would repeat a step
            steps[i] = Math.min(Math.max(wanted, least), last - (count - 1 - i));
        }
        return of(steps);
    }

    /**
     * The step where sampling starts.
     *
     * @return τ_S
     */
    public int last() {
        return ascending[ascending.length - 1];
    }

    /**
     * How many steps there are.
     *
     * @return S
     */
    public int count() {
        return ascending.length;
    }

    /**
     * The steps, in the order in which noise is added.
     *
     * @return τ_1, τ_2, …, τ_S
     */
    public IntStream steps() {
        return Arrays.stream(ascending);
    }

    /** From τ_S down to τ_1, and then 0. */
    int[] descendingToZero() {
        int n = ascending.length;
        return IntStream.rangeClosed(0, n).map(i -> i == n ? 0 : ascending[n - 1 - i]).toArray();
    }

    @Override
    public String toString() {
        return Arrays.toString(ascending);
    }
}
