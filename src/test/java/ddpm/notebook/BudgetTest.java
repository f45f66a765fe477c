package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ddpm.pretrained.Recipe;
import org.junit.jupiter.api.Test;

class BudgetTest {

    @Test
    void everyBudgetPicksItsOwnValue() {
        assertEquals(300, Budget.SMALL.pick(300, 6000, 800_000));
        assertEquals(6000, Budget.FULL.pick(300, 6000, 800_000));
        assertEquals(800_000, Budget.GPU.pick(300, 6000, 800_000));
    }

    @Test
    void capitalsAndSpacesDoNotMatter() {
        assertEquals(Budget.SMALL, Budget.parse(" Small "));
        assertEquals(Budget.GPU, Budget.parse("gpu"));
    }

    @Test
    void anotherWordIsRefusedWithTheChoices() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> Budget.parse("large"))
                        .getMessage();
        assertTrue(message.contains("small, full or gpu") && message.contains("large"), message);
    }

    @Test
    void withoutTheVariableTheGpuBudgetSaysWhatToSet() {
        assumeTrue(System.getenv("DDPM_CIFAR10") == null, "the variable is set");
        var e = assertThrows(IllegalArgumentException.class, Budget.GPU::recipe);
        assertTrue(e.getMessage().contains("DDPM_CIFAR10"), e.getMessage());
    }

    @Test
    void theSmallerRecipesFitTheirNetworkToMnist() {
        for (Budget budget : new Budget[] {Budget.SMALL, Budget.FULL}) {
            Recipe recipe = budget.recipe();
            assertEquals("60,000 images, 1 × 28 × 28, labelled", recipe.images().toString());
            assertEquals(28, recipe.network().imageSize());
            assertTrue(recipe.batch() <= 64 && recipe.steps() <= 8000);
        }
    }
}
