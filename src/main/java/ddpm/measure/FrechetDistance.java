package ddpm.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;

/**
 * How far two clouds of points are apart, if each is taken for a Gaussian with its mean and
 * covariance. Heusel et al. (2017), Eq. 6; Dowson and Landau (1982).
 *
 * <pre>d² = ‖m - m'‖² + Tr(C + C' - 2 (C C')^½)</pre>
 *
 * <p>As in those papers and in all tables, the number is d² and not d. It falls with the number of
 * points, even where both clouds have one law: compare only scores of equally many points.
 */
public final class FrechetDistance {

    /** The trace of (C C')^½ is the sum of the singular values of RᵀR', C = RRᵀ, C' = R'R'ᵀ. */
    private static final String FUNCTIONS =
            """
            def moments(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
              n = torch.sum(w)
              m = torch.div(torch.matmul(w, x), n)
              c = torch.sub(x, m)
              s = torch.matmul(torch.t(c), torch.mul(c, torch.unsqueeze(w, 1)))
              return torch.cat([torch.unsqueeze(m, 0), torch.div(s, torch.sub(n, 1))])
            def root(self: __torch__.M, c: Tensor) -> Tensor:
              l, v = torch.linalg_eigh(c)
              return torch.mul(v, torch.sqrt(torch.clamp(l, 0)))
            def frechet(self: __torch__.M, a: Tensor, b: Tensor) -> Tensor:
              d = torch.sub(a[0], b[0])
              ca = torch.slice(a, 0, 1)
              cb = torch.slice(b, 0, 1)
              s = torch.linalg_svdvals(torch.matmul(torch.t(self.root(ca)), self.root(cb)))
              t = torch.add(torch.trace(ca), torch.trace(cb))
              return torch.add(torch.sum(torch.mul(d, d)), torch.sub(t, torch.mul(torch.sum(s), 2)))
            """;

    private FrechetDistance() {}

    /**
     * The distance of two clouds.
     *
     * @param a points, more than they have dimensions
     * @param b points with as many dimensions, more than these
     * @return d², at least 0 up to rounding
     * @throws IllegalArgumentException if the dimensions differ or there are too few points
     */
    public static double between(Features a, Features b) {
        return compare(a, b, new double[][] {Resamples.once(a.count())})[0];
    }

    /** The distance with its interval: b is held fixed, a is drawn again. */
    static Estimate estimate(Features a, Features b, Resamples resamples) {
        return Resamples.of(compare(a, b, resamples.counts(a.count())));
    }

    /** The distance for each row of counts of the points of a. */
    static double[] compare(Features a, Features b, double[][] counts) {
        check(a, b);
        double[] distances = new double[counts.length];
        try (Script script = new Script(FUNCTIONS)) {
            NDManager manager = script.manager();
            NDArray x = a.tensor(manager);
            NDArray target =
                    script.call(
                            "moments",
                            b.tensor(manager),
                            manager.create(Resamples.once(b.count())));
            for (int i = 0; i < counts.length; i++) {
                try (NDArray w = manager.create(counts[i]);
                        NDArray moments = script.call("moments", x, w);
                        NDArray d = script.call("frechet", moments, target)) {
                    distances[i] = d.getDouble();
                }
            }
        }
        return distances;
    }

    private static void check(Features a, Features b) {
        Features.checkSameSpace(a, b);
        int least = Math.min(a.count(), b.count());
        Check.that(
                least > a.dimensions(),
                "a covariance in %d dimensions needs at least %d points, got %d",
                a.dimensions(),
                a.dimensions() + 1,
                least);
    }
}
