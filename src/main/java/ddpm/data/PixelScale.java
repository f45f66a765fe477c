package ddpm.data;

import ddpm.Check;

/**
 * The scale of pixels: integers 0 … 255 stand for -1 … 1. Ho et al. (2020), Sec. 3.3. Both ways are
 * exact for every value.
 *
 * <pre>x = level / 127.5 - 1</pre>
 */
public final class PixelScale {

    private static final int LAST_LEVEL = 255;

    private PixelScale() {}

    /**
     * The value that a level stands for.
     *
     * @param level 0 to 255
     * @return the value, in [-1, 1]
     * @throws IllegalArgumentException if the level is outside [0, 255]
     */
    public static double toValue(int level) {
        Check.that(0 <= level && level <= LAST_LEVEL, "level must be in [0, 255], got %d", level);
        return level / 127.5 - 1;
    }

    /**
     * The level nearest to a value.
     *
     * @param value in [-1, 1]; clip what a sampler returns before you ask
     * @return the level, 0 to 255
     * @throws IllegalArgumentException if the value is outside [-1, 1]
     */
    public static int toLevel(double value) {
        Check.that(-1 <= value && value <= 1, "value must be in [-1, 1], got %s", value);
        return (int) Math.round((value + 1) * 127.5);
    }

    /**
     * The values of many levels.
     *
     * @param levels bytes, read as 0 to 255
     * @return the values, in [-1, 1]
     */
    public static float[] toValues(byte[] levels) {
        float[] values = new float[levels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) toValue(Byte.toUnsignedInt(levels[i]));
        }
        return values;
    }

    /**
     * The levels nearest to many values.
     *
     * @param values each in [-1, 1]
     * @return bytes, to be read as 0 to 255
     * @throws IllegalArgumentException if a value is outside [-1, 1]
     */
    public static byte[] toLevels(float[] values) {
        byte[] levels = new byte[values.length];
        for (int i = 0; i < levels.length; i++) {
            levels[i] = (byte) toLevel(values[i]);
        }
        return levels;
    }
}
