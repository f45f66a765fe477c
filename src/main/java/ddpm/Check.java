package ddpm;

/** Checks of arguments. Conditions are written positively, so that NaN fails them. */
public final class Check {

    private Check() {}

    /**
     * Throws unless the condition holds.
     *
     * @param condition what must be true
     * @param message says what is needed and what was given, in the form of {@link String#format}
     * @param values the offending values
     * @throws IllegalArgumentException with the formatted message, if the condition is false
     */
    public static void that(boolean condition, String message, Object... values) {
        if (!condition) {
            throw new IllegalArgumentException(
                    String.format(java.util.Locale.ROOT, message, values));
        }
    }
}
