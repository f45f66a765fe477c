package ddpm.sampling;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepSubsetTest {

    @Test
    void subsetsHoldBothEndsAndIncrease() {
        for (int count : new int[] {2, 3, 10, 50, 99, 100}) {
            for (StepSubset s :
                    List.of(StepSubset.uniform(100, count), StepSubset.quadratic(100, count))) {
                int[] down = s.descendingToZero();
                assertEquals(count, s.count());
                assertEquals(count + 1, down.length);
                assertEquals(100, down[0]);
                assertEquals(1, down[count - 1]);
                assertEquals(0, down[count]);
                for (int i = 1; i <= count; i++) {
                    assertTrue(down[i] < down[i - 1], s.toString());
                }
            }
        }
        assertEquals("[1, 34, 67, 100]", StepSubset.uniform(100, 4).toString());
        assertEquals("[1, 12, 45, 100]", StepSubset.quadratic(100, 4).toString());
    }

    @Test
    void anyIncreasingStepsMayBeChosen() {
        assertEquals("[3, 4, 90]", StepSubset.of(3, 4, 90).toString());
        assertEquals(90, StepSubset.of(3, 4, 90).last());
        assertEquals(97, StepSubset.of(3, 4, 90).steps().sum());
        assertEquals("[7]", StepSubset.of(7).toString());
        int[] mine = {2, 5};
        StepSubset copy = StepSubset.of(mine);
        mine[0] = 9;
        assertEquals("[2, 5]", copy.toString());
    }

    @Test
    void badArgumentsAreNamed() {
        assertMessage("got 1", () -> StepSubset.uniform(100, 1));
        assertMessage("got 101", () -> StepSubset.quadratic(100, 101));
        assertMessage("got none", () -> StepSubset.of());
        assertMessage("got 0", () -> StepSubset.of(0, 3));
        assertMessage("got 3 after 3", () -> StepSubset.of(1, 3, 3));
        assertMessage("got 2 after 3", () -> StepSubset.of(1, 3, 2));
    }
}
