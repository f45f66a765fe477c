package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimTest {

    @Test
    void aClaimThatHoldsPrintsOneLine() {
        assertEquals(
                "✓ Eq. 7 holds: error 0.25, allowed 0.5",
                Printed.by(() -> Claim.equal("Eq. 7", 1.0, 1.25, 0.5)));
        assertEquals(
                "✓ Eq. 7 holds: largest error 2e-13, allowed 1e-12, over 2,000 cases",
                Printed.by(() -> Claim.equal("Eq. 7", new double[2000], almostZeros(), 1e-12)));
        assertEquals("✓ KL holds: 0.01 is below 0.05", printedBelow());
        assertEquals(
                "✓ count holds: both are 60000",
                Printed.by(() -> Claim.same("count", 60_000, 60_000)));
    }

    private static double[] almostZeros() {
        double[] values = new double[2000];
        values[1234] = -2e-13;
        return values;
    }

    private static String printedBelow() {
        return Printed.by(() -> Claim.below("KL", 0.01, 0.05));
    }

    @Test
    void aClaimThatFailsThrowsBothValuesAndTheirPlace() {
        String message =
                failure(
                        () ->
                                Claim.equal(
                                        "Eq. 4",
                                        new double[] {1, 2, 3},
                                        new double[] {1.1, 2.75, 3.1},
                                        0.2));
        assertEquals(
                "✗ Eq. 4 fails: expected 2.0, got 2.75 at index 1;"
                        + " largest error 0.75, allowed 0.2, over 3 cases",
                message);
    }

    @Test
    void anErrorOfExactlyTheToleranceHolds() {
        Claim.equal("edge", 1.0, 1.5, 0.5);
        failure(() -> Claim.equal("edge", 1.0, Math.nextUp(1.5), 0.5));
        Claim.equal("exact", 1.0, 1.0, 0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteNeverHolds(double bad) {
        failure(() -> Claim.equal("actual", 1.0, bad, 1e300));
        failure(() -> Claim.equal("expected", bad, 1.0, 1e300));
        failure(() -> Claim.equal("both", bad, bad, Double.POSITIVE_INFINITY));
        failure(() -> Claim.equalRelative("both", bad, bad, 1));
        failure(() -> Claim.equal("one of many", new double[3], new double[] {0, bad, 0}, 1));
    }

    @Test
    void notANumberIsNeitherBelowNorAbove() {
        failure(() -> Claim.below("value", Double.NaN, 1));
        failure(() -> Claim.above("value", Double.NaN, 1));
        failure(() -> Claim.below("limit", 1, Double.NaN));
        failure(() -> Claim.above("limit", 1, Double.NaN));
        failure(() -> Claim.below("equal", 1, 1));
        failure(() -> Claim.above("equal", 1, 1));
        Claim.above("larger", 2, 1);
    }

    @Test
    void nothingProvesNothing() {
        failure(() -> Claim.equal("empty", new double[0], new double[0], 1));
        failure(() -> Claim.equal("longer", new double[1], new double[2], 1));
        failure(() -> Claim.equalRelative("empty", new double[0], new double[0], 1));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, Double.NaN})
    void aToleranceMustBeANumberAboveZero(double tolerance) {
        assertThrows(IllegalArgumentException.class, () -> Claim.equal("x", 1.0, 1.0, tolerance));
    }

    @ParameterizedTest
    @CsvSource({"1e-20, 1.05e-20, true", "1e-20, 1.2e-20, false", "0, 0, true", "0, 1e-300, false"})
    void relativeErrorsAreAskedOfSmallNumbersToo(double expected, double actual, boolean holds) {
        Executable claim = () -> Claim.equalRelative("small", expected, actual, 0.1);
        if (holds) {
            Printed.by(() -> Claim.equalRelative("small", expected, actual, 0.1));
        } else {
            failure(claim);
        }
    }

    @Test
    void tensorsAreComparedByShapeAndValue() {
        try (var manager = NDManager.newBaseManager()) {
            var zeros = manager.zeros(new Shape(2, 3));
            var other = manager.zeros(new Shape(2, 3));
            other.setScalar(new NDIndex(1, 2), 0.5f);
            Claim.equal("same", zeros, zeros, 0);
            assertTrue(failure(() -> Claim.equal("value", zeros, other, 0.1)).contains("index 5"));
            var flat = manager.zeros(new Shape(6));
            assertTrue(failure(() -> Claim.equal("shape", zeros, flat, 1)).contains("(2, 3)"));
        }
    }

    @Test
    void plainConditionsAndObjectsCanFail() {
        assertEquals("✗ it does not hold", failure(() -> Claim.holds("it", false)));
        assertFalse(failure(() -> Claim.same("a", 1, 2)).isEmpty());
        assertEquals("✓ it holds", Printed.by(() -> Claim.holds("it", true)));
    }

    @Test
    void anExerciseNeverThrows() {
        assertEquals(
                "not yet, β_1: got 0.5, want 0.1",
                Printed.by(() -> Exercise.isRight("β_1", 0.1, () -> 0.5, 1e-9)));
        assertEquals(
                "✓ β_1: got 0.1", Printed.by(() -> Exercise.isRight("β_1", 0.1, () -> 0.1, 1e-9)));
        String thrown =
                Printed.by(
                        () ->
                                Exercise.isRight(
                                        "β_1",
                                        0.1,
                                        () -> {
                                            throw new UnsupportedOperationException("write me");
                                        },
                                        1e-9));
        assertTrue(thrown.startsWith("not yet") && thrown.contains("write me"), thrown);
        assertFalse(Exercise.isRight("NaN", 0.1, () -> Double.NaN, 1e-9));
    }

    private static String failure(Executable claim) {
        return assertThrows(ClaimFailed.class, claim).getMessage();
    }
}
