package ddpm.proof;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The score of the mutation run: the share of planted bugs that a test kills. What is still alive
 * must stand in a list, with the reason; time-outs are counted apart, as neither.
 */
public final class MutationScore {

    private final List<Mutant> mutants;

    MutationScore(List<Mutant> mutants) {
        this.mutants = mutants;
    }

    /** Arguments: PIT's XML report, the sources, the list of explanations, the README. */
    public static void main(String[] args) throws Exception {
        var score = new MutationScore(read(Path.of(args[0]), Path.of(args[1])));
        System.out.println(score);
        List<String> problems = score.problems(Files.readAllLines(Path.of(args[2])));
        if (!Files.readString(Path.of(args[3])).contains("(" + score.percent() + ")")) {
            problems.add(args[3] + " does not say (" + score.percent() + ")");
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(args[2] + ":\n" + String.join("\n", problems));
        }
    }

    /** A planted bug and what became of it. Code names it, and not the number of a line. */
    record Mutant(String place, String code, String change, String status) {

        /** The first cells of its row in the list. */
        String row() {
            return "| " + place + " | `" + code.replace("|", "\\|") + "` | " + change + " |";
        }

        boolean timedOut() {
            return status.equals("TIMED_OUT");
        }

        boolean killed() {
            return status.equals("KILLED");
        }
    }

    static List<Mutant> read(Path report, Path sources) throws Exception {
        Element root =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getDocumentElement();
        NodeList all = root.getElementsByTagName("mutation");
        List<Mutant> mutants = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            mutants.add(mutant((Element) all.item(i), sources));
        }
        return mutants;
    }

    private static Mutant mutant(Element mutation, Path sources) throws IOException {
        String type = text(mutation, "mutatedClass");
        String folder = type.substring(0, type.lastIndexOf('.')).replace('.', '/');
        Path file = sources.resolve(folder).resolve(text(mutation, "sourceFile"));
        int line = Integer.parseInt(text(mutation, "lineNumber"));
        return new Mutant(
                type.substring(type.lastIndexOf('.') + 1),
                statement(withoutComments(file), line - 1),
                text(mutation, "description"),
                mutation.getAttribute("status"));
    }

    private static List<String> withoutComments(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> line.replaceFirst("//.*", ""))
                .toList();
    }

    /** The statement that the line belongs to, up to its first string. */
    private static String statement(List<String> lines, int line) {
        int first = line;
        while (first > 0 && !lines.get(first - 1).matches(".*[;{}] *| *| *[*@].*")) {
            first--;
        }
        int last = line;
        while (!lines.get(last).matches(".*[;{}].*")) {
            last++;
        }
        String all = String.join(" ", lines.subList(first, last + 1)).replaceAll(" +", " ");
        return all.replaceFirst("\".*", "").replace("( ", "(").strip();
    }

    private static String text(Element mutation, String tag) {
        return mutation.getElementsByTagName(tag).item(0).getTextContent();
    }

    /** Survivors without a row, and rows whose mutant is dead. */
    List<String> problems(List<String> list) {
        List<String> rows = new ArrayList<>(list);
        rows.removeIf(line -> !line.contains("` | "));
        List<String> problems = new ArrayList<>();
        for (Mutant mutant : mutants) {
            if (!mutant.killed() && !mutant.timedOut()) {
                String row = mutant.row();
                rows.stream()
                        .filter(r -> r.startsWith(row) && r.length() > row.length() + " |".length())
                        .findFirst()
                        .ifPresentOrElse(
                                rows::remove,
                                () -> problems.add(mutant.status + ", not explained: " + row));
            }
        }
        rows.forEach(row -> problems.add("no such survivor, so delete the row: " + row));
        return problems;
    }

    private long count(Predicate<Mutant> which) {
        return mutants.stream().filter(which).count();
    }

    private long judged() {
        return count(m -> !m.timedOut());
    }

    private String percent() {
        return String.format(Locale.ROOT, "%.1f %%", 100.0 * count(Mutant::killed) / judged());
    }

    /** The score, then each time-out with its place. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Mutation score: ");
        text.append(count(Mutant::killed)).append(" of ").append(judged());
        text.append(" planted bugs killed (").append(percent()).append("), ");
        text.append(count(Mutant::timedOut)).append(" more timed out.");
        mutants.stream()
                .filter(Mutant::timedOut)
                .forEach(m -> text.append("\nTimed out: ").append(m.row()));
        return text.toString();
    }
}
