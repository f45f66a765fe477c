package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.data.ImageSet;
import org.junit.jupiter.api.Test;

class FrugalityTest {

    private static final FrugalRecipe NARROW = new FrugalRecipe(8, 2, 4, 5e-3, 0.2, 2);

    private static String refused(double... numbers) {
        return assertThrows(IllegalArgumentException.class, () -> FrugalRecipe.of(numbers))
                .getMessage();
    }

    @Test
    void aRecipeIsReadFromSixNumbers() {
        assertEquals(NARROW, FrugalRecipe.of(8, 2, 4, 5e-3, 0.2, 2));
        assertTrue(refused(8, 2, 4, 5e-3, 0.2).contains("6 numbers, got 5"));
        assertTrue(refused(12, 2, 4, 5e-3, 0.2, 2).contains("got 12"));
        assertTrue(refused(8.5, 2, 4, 5e-3, 0.2, 2).contains("whole number, got 8.5"));
        assertTrue(refused(Double.NaN, 2, 4, 5e-3, 0.2, 2).contains("got NaN"));
        assertTrue(refused(8, 4, 4, 5e-3, 0.2, 2).contains("levels must be 2 or 3, got 4"));
        assertTrue(refused(8, 2, 1e300, 5e-3, 0.2, 2).contains("got 1.0E300"));
        assertTrue(refused(8, 2, 3, 5e-3, 0.2, 2).contains("got 3"));
        assertTrue(refused(8, 2, 257, 5e-3, 0.2, 2).contains("in [4, 256], got 257"));
        assertTrue(refused(8, 2, 4, Double.NaN, 0.2, 2).contains("got NaN"));
        assertTrue(refused(8, 2, 4, 5e-3, 0, 2).contains("got 0.0"));
        assertTrue(refused(8, 2, 4, 5e-3, 0.2, 251).contains("got 251"));
        assertTrue(refused(8, 2, 4, 5e-3, 0.2, 1).contains("in [2, 250], got 1"));
    }

    @Test
    void theBudgetPaysForDrawingFirst() {
        double m = NARROW.network().multiplications();
        assertEquals(7, new Frugality(m * (140 + 7 * 12), 70).trainingSteps(NARROW));
        assertEquals(6, new Frugality(m * (140 + 7 * 12) - 1, 70).trainingSteps(NARROW));
        var poor = new Frugality(m * (140 + 11), 70);
        var refusal =
                assertThrows(IllegalArgumentException.class, () -> poor.trainingSteps(NARROW));
        assertTrue(refusal.getMessage().contains("does not pay"), refusal.getMessage());
        for (double bad : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThrows(IllegalArgumentException.class, () -> new Frugality(bad, 70));
        }
    }

    @Test
    void theSameRecipeDrawsTheSameImagesAndAnotherDoesNot() {
        double m = NARROW.network().multiplications();
        var budget = new Frugality(m * (140 + 2 * 12), 70);
        int[] steps = {0};
        ImageSet drawn = budget.draw(NARROW, step -> steps[0]++);
        assertEquals(2, steps[0]);
        assertEquals(70, drawn.size());
        assertEquals(drawn, budget.draw(NARROW, step -> {}));
        assertNotEquals(drawn, budget.draw(FrugalRecipe.of(8, 2, 4, 1e-3, 0.2, 2), step -> {}));
        double score = budget.score(NARROW);
        assertEquals(Frugality.score(drawn), score);
        assertTrue(score > Frugality.score(ddpm.data.Mnist.train().take(70)), "got " + score);
    }
}
