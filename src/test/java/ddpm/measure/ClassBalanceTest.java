package ddpm.measure;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ClassBalanceTest {

    private static final Reading READING =
            new Reading(
                    Features.of(new double[4][1]),
                    2,
                    new float[] {0.9f, 0.1f, 0.2f, 0.8f, 0.6f, 0.4f, 0.99f, 0.01f});

    @Test
    void sharesAreThoseOfTheMostLikelyClasses() {
        assertArrayEquals(new double[] {0.75, 0.25}, ClassBalance.shares(READING), 1e-15);
        assertEquals(0.8f, READING.confidence(1), 0);
        assertEquals(2, READING.surerThan(0.85));
    }

    @Test
    void theDivergenceIsInBits() {
        double[] even = {0.5, 0.5};
        assertEquals(1, ClassBalance.divergence(new double[] {1, 0}, even), 1e-15);
        assertEquals(0, ClassBalance.divergence(even, even), 0);
        // ¾ log₂(3/2) + ¼ log₂(1/2); the other way round it is 1 - ½ log₂ 3
        double[] odd = {0.75, 0.25};
        assertEquals(0.75 * 0.5849625007 - 0.25, ClassBalance.divergence(odd, even), 1e-9);
        assertEquals(1 - 1.5849625007 / 2, ClassBalance.divergence(even, odd), 1e-9);
    }

    @Test
    void badSharesAreRefused() {
        double[] even = {0.5, 0.5};
        assertRefused(
                "true shares must be positive, got 0.0",
                () -> ClassBalance.divergence(even, new double[] {0, 1}));
        assertRefused(
                "shares must sum to 1, got 0.75",
                () -> ClassBalance.divergence(new double[] {0.5, 0.25}, even));
        assertRefused(
                "2 shares but 1 true ones", () -> ClassBalance.divergence(even, new double[] {1}));
    }
}
