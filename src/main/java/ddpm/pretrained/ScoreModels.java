package ddpm.pretrained;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.Check;
import ddpm.data.ImageSet;
import ddpm.measure.DigitScorer;
import ddpm.measure.Measure;
import ddpm.measure.Score;
import ddpm.network.Compute;
import ddpm.posterior.ReverseVariance;
import ddpm.sampling.AncestralSampler;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.Sampler;
import ddpm.sampling.SecondOrderSampler;
import ddpm.sampling.StepSubset;
import ddpm.training.Checkpoint;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Scores models and samplers: a row of a Markdown table for each file of weights and each sampler.
 * A sampler is {@code ddim:20} or {@code solver:20}, with its number of steps, or {@code ddpm},
 * which takes all of them with the variance β̃_t.
 *
 * <pre>lab.py --java ddpm.pretrained.ScoreModels 5000 5 ddim:10,ddim:20,ddpm digits.safetensors
 * </pre>
 */
public final class ScoreModels {

    private ScoreModels() {}

    /**
     * Draws with the seeds 1, 2, …, scores each set of images, and prints the means. With one seed
     * the intervals are those of {@link DigitScorer#score}, else those over the seeds.
     *
     * @param arguments number of images that each seed draws, number of seeds, samplers with commas
     *     between them, and files that {@link TrainDigits} wrote
     */
    public static void main(String[] arguments) {
        run(List.of(arguments), new PrintStream(System.out, true, StandardCharsets.UTF_8));
    }

    static void run(List<String> words, PrintStream out) {
        Check.that(
                words.size() >= 4,
                "need the number of images, the number of seeds, the samplers and at least one file"
                        + " of weights, got %d words",
                words.size());
        int images = Words.integer("number of images", words.get(0), DigitScorer.LEAST, 100_000);
        int seeds = Words.integer("number of seeds", words.get(1), 1, 1000);
        List<Choice> samplers =
                Arrays.stream(words.get(2).split(",", -1)).map(Choice::parse).toList();
        List<Path> files = words.stream().skip(3).map(Path::of).toList();
        out.println(row("weights", "sampler", titles()));
        out.println(row("---", "---", titles().stream().map(title -> "---").toList()));
        try (DigitScorer scorer = DigitScorer.open()) {
            for (Path file : files) {
                try (Pretrained model = Pretrained.of(Checkpoint.load(file), Compute.device())) {
                    for (Choice choice : samplers) {
                        Score score = score(scorer, model, choice, images, seeds);
                        out.println(row(file.getFileName().toString(), choice.title(), score));
                    }
                }
            }
        }
    }

    private static Score score(
            DigitScorer scorer, Pretrained model, Choice choice, int images, int seeds) {
        Sampler sampler = choice.of(model);
        List<Score> scores = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            try (NDManager manager = Compute.manager();
                    NDArray drawn = model.sample(manager, images, sampler, seed)) {
                scores.add(scorer.score(choice.title(), ImageSet.of(drawn)));
            }
        }
        return seeds == 1 ? scores.get(0) : Score.overSeeds(choice.title(), scores);
    }

    private static List<String> titles() {
        return Arrays.stream(Measure.values()).map(Measure::title).toList();
    }

    private static String row(String weights, String sampler, Score score) {
        return row(
                weights,
                sampler,
                Arrays.stream(Measure.values()).map(m -> score.get(m).toString()).toList());
    }

    private static String row(String weights, String sampler, List<String> values) {
        return values.stream()
                .collect(Collectors.joining(" | ", "| " + weights + " | " + sampler + " | ", " |"));
    }

    /** A sampler and its number of steps. */
    record Choice(Kind kind, int steps) {

        enum Kind {
            DDPM("DDPM"),
            DDIM("DDIM"),
            SOLVER("DPM-Solver++");

            private final String title;

            Kind(String title) {
                this.title = title;
            }
        }

        static Choice parse(String word) {
            int last = Recipe.MNIST_SCHEDULE.steps();
            if (word.equals("ddpm")) {
                return new Choice(Kind.DDPM, last);
            }
            String[] parts = word.split(":", -1);
            Check.that(
                    parts.length == 2 && (parts[0].equals("ddim") || parts[0].equals("solver")),
                    "a sampler is ddpm, ddim:STEPS or solver:STEPS, got %s",
                    word);
            Kind kind = parts[0].equals("ddim") ? Kind.DDIM : Kind.SOLVER;
            return new Choice(kind, Words.integer("number of steps", parts[1], 2, last));
        }

        Sampler of(Pretrained model) {
            StepSubset visited = StepSubset.uniform(model.forward().schedule().steps(), steps);
            return switch (kind) {
                case DDPM -> new AncestralSampler(model.denoiser(), ReverseVariance.POSTERIOR);
                case DDIM -> new DdimSampler(model.denoiser(), visited, 0);
                case SOLVER -> new SecondOrderSampler(model.denoiser(), visited);
            };
        }

        String title() {
            return kind.title + ", " + steps + " steps";
        }
    }
}
