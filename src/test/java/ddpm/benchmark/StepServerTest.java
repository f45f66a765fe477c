package ddpm.benchmark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import ddpm.Tensors;
import ddpm.network.Precision;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepServerTest {

    private static final int BATCH = 4;
    private static final int SAMPLING_STEPS = 3;

    @TempDir private static Path folder;

    private StepServer server;

    @BeforeEach
    void open() throws IOException {
        SharedCase.write(SharedCaseTest.TINY, BATCH, folder);
        server = server(Precision.FLOAT32);
    }

    private static StepServer server(Precision precision) {
        return StepServer.of(
                folder.resolve("weights.safetensors"), precision, BATCH, SAMPLING_STEPS);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private List<JsonObject> answers(String... requests) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        server.serve(new BufferedReader(new StringReader(String.join("\n", requests))), out);
        return bytes.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private float[] weights() {
        return Tensors.floats(server.network().weights().flat());
    }

    @Test
    void everyRequestIsAnsweredByItsSecondsUntilTheInputEnds() throws IOException {
        var answers = answers("denoise 1", "denoise 3", "sample 2", "train 1", "train 2");
        assertEquals(5, answers.size());
        for (JsonObject answer : answers) {
            double seconds = answer.get("seconds").getAsDouble();
            assertTrue(0 < seconds && seconds < 600, "the seconds are " + seconds);
        }
        assertEquals(List.of(), answers());
    }

    @Test
    void theFactsAreThoseOfTheNetworkAtWork() throws IOException {
        JsonObject facts = answers("facts").get(0);
        assertEquals(SharedCaseTest.TINY.parameters(), facts.get("parameters").getAsInt());
        assertEquals("float32", facts.get("precision").getAsString());
        assertTrue(facts.get("threads").getAsInt() >= 1);
    }

    @Test
    void itWorksInThePrecisionThatIsAskedFor() throws IOException {
        server.close();
        server = server(Precision.BFLOAT16);
        assertEquals("bfloat16", answers("facts").get(0).get("precision").getAsString());
        float[] before = weights();
        assertEquals(2, answers("sample 1", "train 1").size());
        assertFalse(Arrays.equals(before, weights()));
    }

    @Test
    void trainingChangesTheWeightsAndSamplingDoesNot() throws IOException {
        float[] before = weights();
        answers("denoise 2", "sample 1");
        assertArrayEquals(before, weights());
        answers("train 2");
        float[] after = weights();
        assertFalse(Arrays.equals(before, after));
        answers("train 1"); // the same training goes on
        assertFalse(Arrays.equals(after, weights()));
    }

    @ParameterizedTest
    @CsvSource({
        "train, 'need a word and how often, 1 to 9999, got train'",
        "train 0, 'need a word and how often, 1 to 9999, got train 0'",
        "train ten, 'need a word and how often, 1 to 9999, got train ten'",
        "fly 3, 'need train, denoise, sample or facts, got fly'"
    })
    void aBadRequestIsNamed(String request, String message) {
        var e = assertThrows(IllegalArgumentException.class, () -> answers(request));
        assertEquals(message, e.getMessage());
    }

    @Test
    void withoutAFileItSaysWhatItNeeds() {
        var e =
                assertThrows(
                        IllegalArgumentException.class, () -> StepServer.main(new String[] {}));
        assertEquals(
                "need the file with the weights and the precision, got 0 words", e.getMessage());
    }
}
