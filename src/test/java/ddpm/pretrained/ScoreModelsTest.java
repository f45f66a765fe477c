package ddpm.pretrained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ddpm.data.ImageSet;
import ddpm.measure.DigitScorer;
import ddpm.measure.Measure;
import ddpm.network.Compute;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreModelsTest {

    private static final Path DIGITS =
            Path.of("src", "main", "resources", "ddpm", "pretrained", "digits.safetensors");

    private static List<String> lines(String... words) {
        var bytes = new ByteArrayOutputStream();
        ScoreModels.run(List.of(words), new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aRowHoldsTheScoreOfTheSampler() {
        List<String> lines = lines("1000", "1", "ddim:2,solver:2", DIGITS.toString());
        assertEquals(4, lines.size());
        String expected;
        try (Pretrained model = Pretrained.digits();
                DigitScorer scorer = DigitScorer.open();
                var manager = Compute.manager()) {
            var sampler = ScoreModels.Choice.parse("solver:2").of(model);
            var images = ImageSet.of(model.sample(manager, 1000, sampler, 1));
            expected = scorer.score("", images).get(Measure.FRECHET).toString();
        }
        String[] cells = lines.get(3).split(" ?\\| ?");
        assertEquals(
                List.of("digits.safetensors", "DPM-Solver++, 2 steps", expected),
                List.of(cells).subList(1, 4));
        assertEquals(2 + Measure.values().length, cells.length - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "999, 1, ddpm, 'the number of images must be in [1000, 100000], got 999'",
        "1000, 0, ddpm, 'the number of seeds must be in [1, 1000], got 0'",
        "1000, 1, dpm, 'a sampler is ddpm, ddim:STEPS or solver:STEPS, got dpm'",
        "1000, 1, ddim:1, 'the number of steps must be in [2, 250], got 1'",
        "1000, 1, 'ddpm,', 'a sampler is ddpm, ddim:STEPS or solver:STEPS, got '"
    })
    void aBadWordIsNamed(String images, String seeds, String samplers, String message) {
        String[] words = {images, seeds, samplers, "weights"};
        var e = assertThrows(IllegalArgumentException.class, () -> ScoreModels.main(words));
        assertEquals(message, e.getMessage());
    }
}
