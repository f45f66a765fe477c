package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import java.util.stream.IntStream;

/**
 * Are the samples good, and are they varied? Kynkäänniemi et al. (2019), Eq. 1 and 2: around each
 * point of a set lies a ball that reaches to its k-th nearest neighbour in the set. Precision is
 * the share of the samples in some ball of a real image; recall is the share of the real images in
 * some ball of a sample.
 *
 * @param precision whether samples look like real images, in [0, 1]
 * @param recall whether the samples cover the real images, in [0, 1]
 */
public record PrecisionRecall(double precision, double recall) {

    /** The k of the paper. */
    public static final int NEIGHBOURS = 3;

    private static final int ROWS = 500; // at a time, so that no whole matrix is in memory

    private static final String FUNCTIONS =
            """
            def squares(self: __torch__.M, x: Tensor, y: Tensor) -> Tensor:
              xx = torch.sum(torch.mul(x, x), [1], True)
              yy = torch.sum(torch.mul(y, y), [1])
              return torch.add(torch.mul(torch.matmul(x, torch.t(y)), -2), torch.add(xx, yy))
            def radii(self: __torch__.M, x: Tensor, y: Tensor) -> Tensor:
              r, i = torch.kthvalue(self.squares(x, y), %d, 1)
              return r
            def inside(self: __torch__.M, x: Tensor, y: Tensor, r: Tensor) -> Tensor:
              return torch.sum(torch.any(torch.le(self.squares(x, y), r), 1))
            """
                    .formatted(NEIGHBOURS + 1); // the nearest point of all is the point itself

    /**
     * Compares samples with real images.
     *
     * @param samples points, more than {@link #NEIGHBOURS}
     * @param real points with as many dimensions, more than {@link #NEIGHBOURS}
     * @return the two shares
     * @throws IllegalArgumentException if the dimensions differ or there are too few points
     */
    public static PrecisionRecall of(Features samples, Features real) {
        Features.checkSameSpace(samples, real);
        int least = Math.min(samples.count(), real.count());
        Check.that(
                least > NEIGHBOURS,
                "%d neighbours of a point need at least %d points, got %d",
                NEIGHBOURS,
                NEIGHBOURS + 1,
                least);
        try (Script script = new Script(FUNCTIONS)) {
            return new PrecisionRecall(
                    (double) inside(script, samples, real) / samples.count(),
                    (double) inside(script, real, samples) / real.count());
        }
    }

    /** How many points lie in some ball around a point of the other set. */
    private static long inside(Script script, Features points, Features centres) {
        try (NDManager work = script.manager().newSubManager()) {
            NDArray all = centres.tensor(work);
            NDArray radii = work.create(radii(script, all, centres));
            long inside = 0;
            for (int from = 0; from < points.count(); from += ROWS) {
                try (NDArray part = part(work, points, from);
                        NDArray count = script.call("inside", part, all, radii)) {
                    inside += count.getLong();
                }
            }
            return inside;
        }
    }

    /** The squared distance of each point to its k-th nearest neighbour. */
    private static double[] radii(Script script, NDArray all, Features points) {
        double[] radii = new double[points.count()];
        for (int from = 0; from < radii.length; from += ROWS) {
            try (NDArray part = part(script.manager(), points, from);
                    NDArray some = script.call("radii", part, all)) {
                double[] values = some.toDoubleArray();
                System.arraycopy(values, 0, radii, from, values.length);
            }
        }
        return radii;
    }

    private static NDArray part(NDManager manager, Features points, int from) {
        int to = Math.min(points.count(), from + ROWS);
        return points.subset(IntStream.range(from, to).toArray()).tensor(manager);
    }
}
