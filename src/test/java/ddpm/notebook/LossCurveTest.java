package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LossCurveTest {

    @ParameterizedTest
    @ValueSource(ints = {10, 999, 1000, 6000, 800_000})
    void aCurveOfAnyLengthStaysSmallAndKeepsItsMean(int steps) {
        var curve = new LossCurve();
        for (int step = 1; step <= steps; step++) {
            curve.add(step, step);
        }
        assertTrue(curve.size() < 1000 && curve.size() >= Math.min(10, steps));
        double mean = Arrays.stream(curve.losses()).average().orElseThrow();
        assertEquals((steps + 1) / 2.0, mean, steps / 500.0); // the last bucket may wait
    }

    @Test
    void shortCurvesKeepEveryLoss() {
        var curve = new LossCurve();
        for (int step = 5; step <= 8; step++) {
            curve.add(step, 1.0 / step);
        }
        assertEquals("[5.0, 6.0, 7.0, 8.0]", Arrays.toString(curve.steps()));
        assertEquals(0.125, curve.losses()[3]);
    }

    @Test
    void theMovingMeanOfAStraightLineIsTheLine() { // so a falling curve is not drawn too late
        var curve = new LossCurve();
        for (int step = 1; step <= 500; step++) {
            curve.add(step, 3.0 * step);
        }
        double[] means = curve.means();
        for (int i = 0; i < means.length; i++) {
            assertEquals(3.0 * (i + 1), means[i], 1e-9);
        }
    }

    @Test
    void theMovingMeanDoesNotEndWithASingleLoss() {
        var curve = new LossCurve();
        for (int step = 1; step <= 500; step++) {
            curve.add(step, step < 500 ? 1 : 0);
        }
        assertTrue(Arrays.stream(curve.means()).min().orElseThrow() > 0.9);
        assertEquals(490, curve.means().length);
    }

    @Test
    void lossesThatAreNotFiniteAreLeftOut() {
        var curve = new LossCurve();
        curve.add(1, Double.NaN);
        curve.add(2, Double.POSITIVE_INFINITY);
        assertEquals(0, curve.size());
        assertTrue(Double.isNaN(curve.recent()));
        curve.add(3, 0.5);
        assertEquals(0.5, curve.recent());
    }

    @Test
    void aSteepStartIsCutAndTheAxisSaysSo() {
        var curve = new LossCurve();
        for (int step = 1; step <= 100; step++) {
            curve.add(step, step < 10 ? 1 : 0.03);
        }
        assertEquals("loss (start cut off)", curve.chart("Training").getYAxisTitle());
        assertEquals(0.15, curve.chart("Training").getStyler().getYAxisMax(), 1e-9);
        var flat = new LossCurve();
        flat.add(1, 0.03);
        flat.add(2, 0.04);
        assertEquals("loss", flat.chart("Training").getYAxisTitle());
    }
}
