package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
