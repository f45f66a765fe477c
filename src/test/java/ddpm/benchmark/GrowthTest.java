package ddpm.benchmark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrowthTest {

    @ParameterizedTest
    @ValueSource(strings = {"batch", "width", "size"})
    void eachAxisIsTimed(String axis) {
        JsonObject found = Growth.measure(axis, 16, 1);
        assertEquals(axis, found.get("axis").getAsString());
        assertEquals(16, found.get("value").getAsInt());
        assertTrue(0 < found.get("denoise").getAsDouble());
        // It holds all that denoising holds, and the way back.
        assertTrue(found.get("denoise").getAsDouble() < found.get("train").getAsDouble());
    }

    @ParameterizedTest
    @ValueSource(strings = {"depth 3", "batch", "batch 0", "batch x"})
    void otherWordsAreRefused(String words) {
        var e = assertThrows(IllegalArgumentException.class, () -> Growth.main(words.split(" ")));
        assertEquals(
                "need batch, width or size, and the repetitions, 1 to 999, got " + words,
                e.getMessage());
    }
}
