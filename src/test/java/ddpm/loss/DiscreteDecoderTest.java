package ddpm.loss;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Quadrature;
import org.apache.commons.numbers.gamma.Erfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** p_θ(x_0 | x_1) on 256 levels, Eq. 13, beside what {@code PixelProofs} has. */
final class DiscreteDecoderTest {

    @Test
    void theIntervalEqualsQuadratureAtAnyWidth() {
        for (double width = 0x1p-27; width < 100; width *= 2) {
            for (double z = -40; z <= 40; z += 0.8) {
                checkInterval(Math.rint(z / width), width);
            }
            for (int k = -3; k <= 3; k++) {
                checkInterval(k, width);
            }
        }
    }

    /** The ends are multiples of a power of two, so that neither they nor the width are rounded. */
    private static void checkInterval(double k, double width) {
        double expected = Quadrature.logProbability(k * width, (k + 1) * width);
        double actual = NormalInterval.logProbability(k * width, (k + 1) * width);
        assertEquals(expected, actual, 1e-10 * Math.abs(expected));
    }

    @Test
    void thePlainDifferenceFailsFarOut() { // why the logarithm is not taken of a difference
        double lower = 40;
        double plain =
                Math.log((Erfc.value(lower / Math.sqrt(2)) - Erfc.value(41 / Math.sqrt(2))) / 2);
        assertEquals(Double.NEGATIVE_INFINITY, plain);
        // log(φ(z)/z (1 - 1/z² + 3/z⁴ - …)), the asymptotic series of the tail
        double series = -1 / 1600.0 + 3 / 1600.0 / 1600 - 15 / 1600.0 / 1600 / 1600;
        double expected = -800 - Math.log(40 * Math.sqrt(2 * Math.PI)) + Math.log1p(series);
        assertEquals(expected, NormalInterval.logProbability(40, 41), 1e-10 * 805);
    }

    @Test
    void mirrorImagesHaveTheSameProbability() {
        for (int level = 0; level <= 255; level++) {
            assertEquals(
                    DiscreteDecoder.logProbability(level, 0.3, 0.07),
                    DiscreteDecoder.logProbability(255 - level, -0.3, 0.07),
                    1e-12 * 1000);
        }
    }

    @Test
    void aPixelAsFloatIsItsLevel() {
        for (int level = 0; level <= 255; level++) {
            assertEquals(
                    DiscreteDecoder.logProbability(level, 0.2, 0.01),
                    DiscreteDecoder.logProbability((float) (level / 127.5 - 1), 0.2, 0.01));
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                0.5,
                1.01,
                -1.01,
                1 + 2.0 / 255,
                -1 - 2.0 / 255,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void valuesThatAreNoPixelAreRefused(double bad) {
        assertRefused(
                "x0 must be one of the 256 values 2k/255 - 1, got " + bad,
                () -> DiscreteDecoder.logProbability(bad, 0, 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void badDeviationsAreRefused(double bad) {
        assertRefused(
                "standardDeviation must be positive and finite, got " + bad,
                () -> DiscreteDecoder.logProbability(0, 0, bad));
    }

    @Test
    void otherBadArgumentsAreRefused() {
        assertRefused(
                "level must be in [0, 255], got 256",
                () -> DiscreteDecoder.logProbability(256, 0, 1));
        assertRefused(
                "level must be in [0, 255], got -1",
                () -> DiscreteDecoder.logProbability(-1, 0, 1));
        assertRefused(
                "mean must be finite, got NaN",
                () -> DiscreteDecoder.logProbability(1, Double.NaN, 1));
    }
}
