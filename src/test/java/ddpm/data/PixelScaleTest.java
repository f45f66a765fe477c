package ddpm.data;

import static ddpm.reference.Message.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Integers 0 … 255 on [-1, 1]. */
final class PixelScaleTest {

    @Test
    void everyLevelComesBackFromDoubleAndFloat() {
        for (int level = 0; level <= 255; level++) {
            double value = PixelScale.toValue(level);
            assertEquals(level, PixelScale.toLevel(value));
            assertEquals(level, PixelScale.toLevel((float) value));
        }
    }

    @Test
    void everyByteComesBack() {
        byte[] levels = new byte[256];
        for (int i = 0; i < 256; i++) {
            levels[i] = (byte) i;
        }
        float[] values = PixelScale.toValues(levels);
        assertArrayEquals(levels, PixelScale.toLevels(values));
        assertEquals(-1f, values[0]);
        assertEquals(1f, values[255]);
    }

    @Test
    void everyValueIsWithinOneRoundingOfTheFormula() { // 2 level / 255 - 1 in decimals
        for (int level = 0; level <= 255; level++) {
            double exact =
                    BigDecimal.valueOf(2L * level)
                            .divide(BigDecimal.valueOf(255), new MathContext(40))
                            .subtract(BigDecimal.ONE)
                            .doubleValue();
            assertEquals(exact, PixelScale.toValue(level), Math.ulp(1.0));
        }
        assertEquals(-1.0, PixelScale.toValue(0));
        assertEquals(1.0, PixelScale.toValue(255));
    }

    @Test
    void theScaleIsOddAboutTheMiddle() {
        for (int level = 0; level <= 255; level++) {
            double mirror = PixelScale.toValue(255 - level);
            assertEquals(-mirror, PixelScale.toValue(level), Math.ulp(1.0));
        }
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {
                1.0000001,
                -1.0000001,
                Double.NaN,
                Double.POSITIVE_INFINITY,
                Double.NEGATIVE_INFINITY
            })
    void valuesOutsideAreRefused(double bad) {
        assertRefused("value must be in [-1, 1], got " + bad, () -> PixelScale.toLevel(bad));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void levelsOutsideAreRefused(int bad) {
        assertRefused("level must be in [0, 255], got " + bad, () -> PixelScale.toValue(bad));
    }
}
