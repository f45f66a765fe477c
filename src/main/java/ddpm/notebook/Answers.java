package ddpm.notebook;

import com.google.gson.Gson;
import ddpm.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What somebody's functions answer to questions, as text. A grader asks the same questions of a
 * hand-in and of the solution, each in a kernel of its own, and compares the two texts elsewhere:
 * so nothing in the hand-in's program can change its own mark.
 */
public final class Answers {

    private static final int MOST_VALUES = 10_000;
    private static final Gson JSON = new Gson();

    private final RandomGenerator random;
    private final List<Answer> answers = new ArrayList<>();
    private double relative = 1e-6;
    private double absolute = 1e-12;

    /**
     * No answers yet.
     *
     * @param seed of the questions: the same seed asks the same
     */
    public Answers(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The numbers of one answer as text, for NaN too; or what was thrown. */
    private record Answer(
            String question, double relative, double absolute, List<String> values, String fault) {}

    /**
     * Where the questions come from.
     *
     * @return one stream of random numbers
     */
    public RandomGenerator random() {
        return random;
    }

    /**
     * How exact the answers to the next questions have to be: 1e-6 and 1e-12 at first.
     *
     * @param relativeError the largest relative error allowed, at least 0
     * @param absoluteError the error that is allowed in any case, at least 0
     */
    public void within(double relativeError, double absoluteError) {
        Check.that(relativeError >= 0, "relativeError must be >= 0, got %s", relativeError);
        Check.that(absoluteError >= 0, "absoluteError must be >= 0, got %s", absoluteError);
        relative = relativeError;
        absolute = absoluteError;
    }

    /**
     * Asks a question. Whatever the answer throws is kept as its fault, and nothing else is lost.
     *
     * @param question with its numbers, as a reader would repeat it
     * @param answer gives a number, a boolean, or an array of doubles or ints
     */
    public void ask(String question, Callable<?> answer) {
        List<String> values = List.of();
        String fault = "";
        try {
            values = numbers(answer.call());
        } catch (Exception | LinkageError | StackOverflowError e) {
            fault = e.toString();
        }
        answers.add(new Answer(question, relative, absolute, values, fault));
    }

    private static List<String> numbers(Object answer) {
        Check.that(answer != null, "it returned null");
        if (answer instanceof Boolean truth) {
            return List.of(truth ? "1.0" : "0.0");
        }
        if (answer instanceof Number number) {
            return List.of(Double.toString(number.doubleValue()));
        }
        double[] all =
                answer instanceof int[] ints
                        ? IntStream.of(ints).asDoubleStream().toArray()
                        : (double[]) answer;
        Check.that(all.length <= MOST_VALUES, "it returned %d numbers", all.length);
        return DoubleStream.of(all).mapToObj(Double::toString).toList();
    }

    /**
     * All answers as JSON: question, relative and absolute error allowed, values, fault.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return JSON.toJson(answers);
    }
}
