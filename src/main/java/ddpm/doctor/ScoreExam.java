package ddpm.doctor;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Does a score say more about the model than about the number of samples? It is computed again for
 * random halves of the samples. A bias that falls like 1/n is as large as the difference; and two
 * halves that disagree show the scatter.
 */
final class ScoreExam implements Exam {

    private static final int SPLITS = 5;

    /** Bias and standard error together may be so much of the score. */
    private static final double LIMIT = 0.2;

    private static final int LEAST = 4;

    @Override
    public void examine(Patient patient, Report report) {
        if (patient.scored.isEmpty()) {
            report.skipped("give withScore", Fault.FEW_SAMPLES);
            return;
        }
        report.checked(Fault.FEW_SAMPLES);
        Patient.Scored scored = patient.scored.get();
        int n = scored.samples().count();
        if (n < LEAST) {
            report.found(Fault.FEW_SAMPLES, "%d samples have no score.", n);
            return;
        }
        try {
            look(scored, n, patient.random(ScoreExam.class), report);
        } catch (IllegalArgumentException e) {
            report.found(Fault.FEW_SAMPLES, "The score refuses: %s", e.getMessage());
        }
    }

    private static void look(Patient.Scored scored, int n, SplittableRandom random, Report report) {
        double score = scored.score().applyAsDouble(scored.samples(), scored.real());
        double halves = 0;
        double squares = 0;
        for (int k = 0; k < SPLITS; k++) {
            int[] order = shuffled(n, random);
            double a = of(scored, Arrays.copyOf(order, n / 2));
            double b = of(scored, Arrays.copyOfRange(order, n / 2, n / 2 * 2));
            halves += (a + b) / 2 / SPLITS;
            squares += (a - b) * (a - b) / SPLITS;
        }
        double bias = Math.abs(halves - score);
        double scatter = Math.sqrt(squares) / 2; // of the mean of two halves
        report.measured("score of " + n + " samples", "%.4g, of half of them %.4g", score, halves);
        if (!(bias + scatter <= LIMIT * Math.abs(score))) {
            report.found(
                    Fault.FEW_SAMPLES,
                    "The score of %d samples is %.3g and of half of them %.3g: about %.2g of it"
                            + " comes from their number, ± %.2g by chance.",
                    n,
                    score,
                    halves,
                    bias,
                    scatter);
        }
    }

    private static double of(Patient.Scored scored, int... points) {
        return scored.score().applyAsDouble(scored.samples().subset(points), scored.real());
    }

    private static int[] shuffled(int n, SplittableRandom random) {
        double[] keys = random.doubles(n).toArray();
        return IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> keys[i]))
                .mapToInt(i -> i)
                .toArray();
    }
}
