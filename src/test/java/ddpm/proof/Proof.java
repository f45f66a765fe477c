package ddpm.proof;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A check of one row of the formulas, and proof that it can fail.
 *
 * @param row the row, such as "F3"
 * @param claim what is checked
 * @param check throws an AssertionError on a wrong implementation
 * @param right implementations that must pass, by name: the library, and others that differ from a
 *     planted bug in nothing but the bug
 * @param bugs implementations that must not, by what is wrong with them
 */
record Proof<F>(
        String row, String claim, Consumer<F> check, Map<String, F> right, Map<String, F> bugs) {

    static <F> Proof<F> of(String row, String claim, Consumer<F> check, F library) {
        return new Proof<>(row, claim, check, Map.of("the library", library), Map.of());
    }

    /** The same proof with one more implementation that must pass. */
    Proof<F> accepts(String name, F implementation) {
        return new Proof<>(row, claim, check, and(right, name, implementation), bugs);
    }

    /** The same proof with one more planted bug. */
    Proof<F> rejects(String bug, F implementation) {
        return new Proof<>(row, claim, check, right, and(bugs, bug, implementation));
    }

    private static <F> Map<String, F> and(Map<String, F> map, String name, F implementation) {
        Map<String, F> more = new LinkedHashMap<>(map);
        if (more.put(name, implementation) != null) {
            throw new IllegalArgumentException("two implementations are called " + name);
        }
        return more;
    }

    /** Throws an AssertionError if the check does not accept a right implementation. */
    void passes(String name) {
        check.accept(right.get(name));
    }

    /** Whether the check finds the bug; an exception of another kind is not a finding. */
    boolean isRejected(String bug) {
        try {
            check.accept(bugs.get(bug));
            return false;
        } catch (AssertionError e) {
            return true;
        }
    }

    @Override
    public String toString() {
        return row + ", " + claim;
    }
}
