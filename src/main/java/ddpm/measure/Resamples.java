package ddpm.measure;

import ddpm.Check;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * The bootstrap: how much a score would change with other samples is seen by drawing the samples
 * again, with replacement, from those that are there. Efron and Tibshirani (1993), Alg. 6.1.
 *
 * <p>The interval is the score ± 1.96 standard deviations of the redrawn scores. Their mean is not
 * used: for a distance it is too large, because redrawn samples are less varied. For two clouds of
 * one law the intervals of the two distances are too wide, by a factor of 2 to 3: five disjoint
 * sets of 1,000 real digits are at Fréchet distances from other real digits that spread by 0.4, and
 * the bootstrap says 0.8 to 1.2. Seeds tell better.
 *
 * @param repeats how often to draw again, at least 20
 * @param seed of the draws
 */
record Resamples(int repeats, long seed) {

    /** 100 redraws tell a standard deviation to about 7 %. */
    static final Resamples USUAL = new Resamples(100, 20);

    Resamples {
        Check.that(repeats >= 20, "repeats must be >= 20, got %d", repeats);
    }

    /** How often each of n samples is drawn: first once each, then a row for each redraw. */
    double[][] counts(int n) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] counts = new double[repeats + 1][n];
        counts[0] = once(n);
        for (int b = 1; b <= repeats; b++) {
            for (int i = 0; i < n; i++) {
                counts[b][random.nextInt(n)]++;
            }
        }
        return counts;
    }

    /** Each of n samples once. */
    static double[] once(int n) {
        double[] once = new double[n];
        Arrays.fill(once, 1);
        return once;
    }

    /** The score of the samples as they are, and its interval from the redraws. */
    Estimate of(int n, ToDoubleFunction<double[]> score) {
        return of(Arrays.stream(counts(n)).mapToDouble(score).toArray());
    }

    /** The first score, and its interval from the others. */
    static Estimate of(double[] scores) {
        double[] redrawn = Arrays.copyOfRange(scores, 1, scores.length);
        return Estimate.normal(scores[0], Estimate.deviation(redrawn));
    }
}
