package ddpm.measure;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ddpm.data.ImageSet;
import ddpm.loss.BoundTerms;
import ddpm.loss.NoisePredictor;
import ddpm.loss.VariationalBound;
import ddpm.measure.BitsPerDimension.Drawn;
import ddpm.network.Compute;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Moments;
import ddpm.reference.TinyModel;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BitsPerDimensionTest {

    private static final VariationalBound BOUND =
            new VariationalBound(TinyModel.FORWARD, Prediction.EPSILON, ReverseVariance.BETA);

    /** Half of what it sees: some guess at the noise. */
    private static final NoisePredictor HALF = (xt, t) -> xt.mul(0.5f);

    /** Grey images and white ones, so that it matters which are drawn. */
    private static final ImageSet IMAGES = images();

    private static NDManager manager;

    private static ImageSet images() {
        byte[] pixels = new byte[30 * 16];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (random.nextInt(40) + (i / 16 % 2 == 0 ? 108 : 215));
        }
        return ImageSet.of(1, 4, 4, pixels);
    }

    @BeforeAll
    static void open() {
        manager = Compute.manager(Device.cpu());
    }

    @AfterAll
    static void close() {
        manager.close();
    }

    private static BitsPerDimension estimate(long seed) {
        return BitsPerDimension.estimate(BOUND, HALF, IMAGES, new Drawn(4, 7, seed), manager);
    }

    /** Every term of every image, several times: the mean that a few images stand for. */
    private static BoundTerms[] all(int times) {
        int[] every = IntStream.range(0, IMAGES.size()).toArray();
        return IntStream.range(0, times)
                .mapToObj(
                        k -> {
                            try (NDManager work = manager.newSubManager()) {
                                var x0 = IMAGES.batch(work, every);
                                return BOUND.evaluate(HALF, x0, new SplittableRandom(k));
                            }
                        })
                .toArray(BoundTerms[]::new);
    }

    private static double[] column(BoundTerms[] terms, int index) {
        return java.util.Arrays.stream(terms).mapToDouble(t -> t.bitsPerDimension(index)).toArray();
    }

    /**
     * The error is the 200 estimates' own and that of the 20 full evaluations: 5 standard errors,
     * 11 comparisons: correct code fails once in 150,000 fresh seeds. Planted: the terms moved by
     * one step.
     */
    @Test
    void eachTermIsUnbiased() {
        BoundTerms[] truth = all(20);
        BitsPerDimension[] got =
                IntStream.range(0, 200)
                        .mapToObj(BitsPerDimensionTest::estimate)
                        .toArray(BitsPerDimension[]::new);
        int steps = TinyModel.STEPS;
        double worstPlanted = 0;
        for (int i = 0; i < steps; i++) {
            int index = i;
            Moments want = Moments.of(column(truth, i));
            Moments mine =
                    Moments.of(
                            java.util.Arrays.stream(got)
                                    .mapToDouble(g -> g.terms().bitsPerDimension(index))
                                    .toArray());
            double error = Math.sqrt(want.variance() / want.n() + mine.variance() / mine.n());
            assertEquals(want.mean(), mine.mean(), Moments.THRESHOLD * error, "L_" + i);
            double next = Moments.of(column(truth, (i + 1) % steps)).mean();
            worstPlanted = Math.max(worstPlanted, Math.abs(next - mine.mean()) / error);
        }
        assertTrue(worstPlanted > 4 * Moments.THRESHOLD, "power " + worstPlanted);
        double prior = truth[0].bitsPerDimension(steps);
        assertEquals(prior, got[3].terms().bitsPerDimension(steps), 1e-9 * prior);
        assertEquals(0, got[3].standardError(steps), 0);
    }

    /**
     * The spread of 300 estimates is known to 4 %; 25 % is 6 standard errors. Planted: an error
     * that forgets √n, one that adds errors for their squares, and the spread of estimates whose
     * steps all see the same images.
     */
    @Test
    void theStandardErrorIsTheSpread() {
        double[] totals = new double[300];
        double[] together = new double[totals.length];
        double variance = 0;
        double added = 0;
        for (int k = 0; k < totals.length; k++) {
            BitsPerDimension got = estimate(k);
            totals[k] = got.terms().bitsPerDimension();
            variance += Math.pow(got.standardError(), 2) / totals.length;
            added +=
                    IntStream.range(0, TinyModel.STEPS).mapToDouble(got::standardError).sum()
                            / totals.length;
            together[k] = sameImages(k);
        }
        double spread = Math.sqrt(Moments.of(totals).variance());
        assertEquals(1, Math.sqrt(variance) / spread, 0.25);
        assertTrue(Math.sqrt(4 * variance) / spread > 1.5);
        assertTrue(added / spread > 1.25, "power " + added / spread);
        double spreadTogether = Math.sqrt(Moments.of(together).variance());
        assertTrue(Math.sqrt(variance) / spreadTogether < 0.75, "power " + spreadTogether / spread);
    }

    private static double sameImages(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (NDManager work = manager.newSubManager()) {
            var x0 = IMAGES.batch(work, random.ints(4, 0, IMAGES.size()).toArray());
            return BOUND.evaluate(HALF, x0, random).bitsPerDimension();
        }
    }

    @Test
    void theSeedChoosesTheDraws() {
        assertEquals(estimate(1).toString(), estimate(1).toString());
        assertNotEquals(estimate(1).toString(), estimate(2).toString());
        double total = estimate(1).total().value();
        assertEquals(estimate(1).terms().bitsPerDimension(), total, 0);
    }

    @Test
    void oneImageHasNoStandardError() {
        assertMessage("at least 2 images a step, got 1 and 7", () -> new Drawn(1, 7, 1));
    }
}
