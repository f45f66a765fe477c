package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How far the laws of two clouds of points are apart, in all moments up to the third. Bińkowski et
 * al. (2018) with their cubic kernel; the estimator is that of Gretton et al. (2012), Eq. 3.
 *
 * <pre>
 * k(x, y) = (xᵀy / D + 1)³
 * d² = mean_{i≠j} k(x_i, x_j) + mean_{i≠j} k(y_i, y_j) - 2 mean_{i,j} k(x_i, y_j)
 * </pre>
 *
 * <p>It is unbiased: for two clouds of one law its mean is 0, however few the points, and so it can
 * be below 0.
 */
public final class KernelDistance {

    private static final int ROWS = 500; // at a time, so that no whole matrix is in memory

    /**
     * For some rows of x, and for each row b of counts: Σ over pairs of w_bi k(x_i, y_j) u_bj. With
     * {@code skip}, pairs of a point with itself are left out.
     */
    private static final String FUNCTIONS =
            """
            def kernel(self: __torch__.M, x: Tensor, y: Tensor) -> Tensor:
              d = torch.size(x, 1)
              return torch.pow(torch.add(torch.div(torch.matmul(x, torch.t(y)), d), 1), 3)
            def pairs(self: __torch__.M, x: Tensor, y: Tensor, w: Tensor, u: Tensor) -> Tensor:
              k = self.kernel(x, y)
              return torch.sum(torch.mul(torch.matmul(u, torch.t(k)), w), [1])
            def selves(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              d = torch.size(x, 1)
              k = torch.pow(torch.add(torch.div(torch.sum(torch.mul(x, x), [1]), d), 1), 3)
              return torch.matmul(torch.mul(w, w), k)
            """;

    private KernelDistance() {}

    /**
     * The distance of two clouds.
     *
     * @param a points, at least 2
     * @param b points with as many dimensions, at least 2
     * @return the estimate of d², below 0 by chance if the laws are the same
     * @throws IllegalArgumentException if the dimensions differ or there are too few points
     */
    public static double between(Features a, Features b) {
        return compare(a, b, new double[][] {Resamples.once(a.count())})[0];
    }

    /** The distance with its interval: b is held fixed, a is drawn again. */
    static Estimate estimate(Features a, Features b, Resamples resamples) {
        return Resamples.of(compare(a, b, resamples.counts(a.count())));
    }

    static double[] compare(Features a, Features b, double[][] counts) {
        check(a, b);
        try (Script script = new Script(FUNCTIONS)) {
            double[][] one = {Resamples.once(b.count())};
            double[] within = within(script, a, counts);
            double other = within(script, b, one)[0];
            double[][] all = new double[counts.length][];
            Arrays.fill(all, one[0]);
            double[] between = sums(script, a, b, counts, all);
            double[] distances = new double[counts.length];
            for (int i = 0; i < distances.length; i++) {
                double pairs = (double) a.count() * b.count();
                distances[i] = within[i] + other - 2 * between[i] / pairs;
            }
            return distances;
        }
    }

    /**
     * The mean over pairs of different points; a point that was drawn twice is not its own pair.
     */
    private static double[] within(Script script, Features x, double[][] counts) {
        double[] sums = sums(script, x, x, counts, counts);
        double[] selves;
        try (NDArray all = x.tensor(script.manager());
                NDArray w = rows(script.manager(), counts, 0, x.count());
                NDArray result = script.call("selves", all, w)) {
            selves = result.toDoubleArray();
        }
        for (int i = 0; i < sums.length; i++) {
            double total = Arrays.stream(counts[i]).sum();
            double squares = Arrays.stream(counts[i]).map(c -> c * c).sum();
            sums[i] = (sums[i] - selves[i]) / (total * total - squares);
        }
        return sums;
    }

    private static double[] sums(
            Script script, Features x, Features y, double[][] w, double[][] u) {
        double[] sums = new double[w.length];
        try (NDManager work = script.manager().newSubManager()) {
            NDArray all = y.tensor(work);
            NDArray weights = rows(work, u, 0, y.count());
            for (int from = 0; from < x.count(); from += ROWS) {
                int to = Math.min(x.count(), from + ROWS);
                int[] chosen = IntStream.range(from, to).toArray();
                try (NDArray part = x.subset(chosen).tensor(work);
                        NDArray partWeights = rows(work, w, from, to);
                        NDArray sum = script.call("pairs", part, all, partWeights, weights)) {
                    double[] values = sum.toDoubleArray();
                    Arrays.setAll(sums, i -> sums[i] + values[i]);
                }
            }
        }
        return sums;
    }

    private static NDArray rows(NDManager manager, double[][] rows, int from, int to) {
        double[] values = new double[rows.length * (to - from)];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], from, values, i * (to - from), to - from);
        }
        return manager.create(values, new Shape(rows.length, to - from)).duplicate();
    }

    private static void check(Features a, Features b) {
        Features.checkSameSpace(a, b);
        int least = Math.min(a.count(), b.count());
        Check.that(least >= 2, "a mean over pairs needs at least 2 points, got %d", least);
    }
}
