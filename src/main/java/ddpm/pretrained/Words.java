package ddpm.pretrained;

import ddpm.Check;

/** Reads the words of a command line. */
final class Words {

    private Words() {}

    static int integer(String what, String word, int least, int most) {
        return (int) integer(what, word, (long) least, (long) most);
    }

    static long integer(String what, String word, long least, long most) {
        try {
            long number = Long.parseLong(word);
            Check.that(
                    least <= number && number <= most,
                    "the %s must be in [%d, %d], got %s",
                    what,
                    least,
                    most,
                    word);
            return number;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the " + what + " must be an integer, got " + word, e);
        }
    }
}
