package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.StringReader;
import org.junit.jupiter.api.Test;

class HintsTest {

    private final Hints hints =
            new Hints(
                    new StringReader(
                            """
                            {"one": {"checks": ["area", "length, want 2"], "hint": "Multiply."},
                             "other": {"checks": ["length, want 3"], "hint": "Add."}}
                            """));

    @Test
    void theHintComesWithTheSecondMissOfTheSameCheck() {
        assertEquals("", hints.afterMissing("area"));
        assertEquals("", hints.afterMissing("area without a hint"));
        assertEquals("\nHint: Multiply.", hints.afterMissing("area"));
        assertEquals("\nHint: Multiply.", hints.afterMissing("area"));
        assertEquals("", hints.afterMissing("area without a hint"));
    }

    @Test
    void checksOfOneNameAreToldApartByTheirValue() {
        assertEquals("", hints.afterMissing("length", "2"));
        assertEquals("", hints.afterMissing("length", "3"));
        assertEquals("\nHint: Add.", hints.afterMissing("length", "3"));
        assertEquals("\nHint: Multiply.", hints.afterMissing("length", "2"));
        assertEquals("", hints.afterMissing("area", "7"));
        assertEquals("\nHint: Multiply.", hints.afterMissing("area", "7"));
    }
}
