package ddpm.measure;

import ddpm.Check;
import ddpm.data.Idx;
import ddpm.data.ImageSet;
import ddpm.data.PngFolder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The command that scores digits which any program drew. Each argument is an IDX file of 28 × 28
 * grey images, plain or gzip, or a folder of PNG images; each gives one line of JSON.
 *
 * <pre>lab.py --java ddpm.measure.ScoreDigits --floor 5000 --noise 5000 drawn.idx</pre>
 */
public final class ScoreDigits {

    private static final String USAGE =
            "usage: ScoreDigits [--floor N] [--noise N] FILE...; each FILE is an IDX file or a"
                    + " folder of PNG images, --floor scores N real images and --noise N of noise";

    private ScoreDigits() {}

    /**
     * Scores the samples in each file.
     *
     * @param args the files; {@code --floor N} and {@code --noise N} stand for real images and for
     *     noise
     */
    public static void main(String[] args) {
        Check.that(args.length >= 1, USAGE);
        try (DigitScorer scorer = DigitScorer.open()) {
            run(scorer, List.of(args), new PrintStream(System.out, true, StandardCharsets.UTF_8));
        }
    }

    static void run(DigitScorer scorer, List<String> args, PrintStream out) {
        for (int i = 0; i < args.size(); i++) {
            String arg = args.get(i);
            ImageSet samples =
                    switch (arg) {
                        case "--floor" -> scorer.heldBack(number(args, ++i));
                        case "--noise" -> DigitScorer.noise(number(args, ++i), 1);
                        default -> load(Path.of(arg));
                    };
            out.println(scorer.score(arg, samples).json());
        }
    }

    private static int number(List<String> args, int index) {
        Check.that(
                index < args.size() && args.get(index).matches("\\d{1,9}"),
                USAGE + ", got %s",
                args);
        return Integer.parseInt(args.get(index));
    }

    private static ImageSet load(Path path) {
        return Files.isDirectory(path) ? PngFolder.load(path) : Idx.load(path);
    }
}
