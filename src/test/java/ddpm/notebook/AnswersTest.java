package ddpm.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private static JsonObject told(Callable<?> answer) {
        var answers = new Answers(1);
        answers.ask("f(\"x\")", answer);
        JsonArray all = JsonParser.parseString(answers.toString()).getAsJsonArray();
        assertEquals(1, all.size());
        return all.get(0).getAsJsonObject();
    }

    private static String values(Callable<?> answer) {
        JsonObject told = told(answer);
        assertEquals("", told.get("fault").getAsString());
        return told.get("values").toString();
    }

    @Test
    void numbersOfAllKindsAreKeptToTheLastDigit() {
        assertEquals("[\"0.1\"]", values(() -> 0.1));
        assertEquals("[\"3.0\"]", values(() -> 3));
        assertEquals("[\"NaN\"]", values(() -> Double.NaN));
        assertEquals("[\"1.0\"]", values(() -> true));
        assertEquals(
                "[\"0.30000000000000004\",\"2.0\"]", values(() -> new double[] {0.1 + 0.2, 2}));
        assertEquals("[\"7.0\"]", values(() -> new int[] {7}));
        assertEquals("[]", values(() -> new double[0]));
    }

    @Test
    void whateverIsThrownIsTheFaultOfThatAnswerAlone() {
        var answers = new Answers(1);
        answers.ask("a", () -> null);
        answers.ask("b", () -> endless(0));
        answers.ask("c", () -> "text");
        answers.ask("d", () -> new double[20_000]);
        answers.ask("e", () -> 5);
        JsonArray all = JsonParser.parseString(answers.toString()).getAsJsonArray();
        String[] faults = {"null", "StackOverflowError", "String", "20000", ""};
        for (int i = 0; i < faults.length; i++) {
            String fault = all.get(i).getAsJsonObject().get("fault").getAsString();
            assertTrue(fault.contains(faults[i]), fault);
            assertEquals(faults[i].isEmpty(), fault.isEmpty());
        }
    }

    private static int endless(int depth) {
        return depth < 0 ? 0 : endless(depth + 1) + 1;
    }

    @Test
    void aSeedFixesTheQuestions() {
        assertEquals(new Answers(7).random().nextLong(), new Answers(7).random().nextLong());
        assertTrue(new Answers(7).random().nextLong() != new Answers(8).random().nextLong());
    }

    @Test
    void theToleranceHoldsForTheQuestionsAfterIt() {
        var answers = new Answers(1);
        answers.ask("a", () -> 1);
        answers.within(1e-3, 0);
        answers.ask("b", () -> 1);
        JsonArray all = JsonParser.parseString(answers.toString()).getAsJsonArray();
        assertEquals(1e-6, all.get(0).getAsJsonObject().get("relative").getAsDouble());
        assertEquals(1e-12, all.get(0).getAsJsonObject().get("absolute").getAsDouble());
        assertEquals(1e-3, all.get(1).getAsJsonObject().get("relative").getAsDouble());
        assertEquals(0, all.get(1).getAsJsonObject().get("absolute").getAsDouble());
        assertThrows(IllegalArgumentException.class, () -> answers.within(Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> answers.within(0, -1));
    }
}
