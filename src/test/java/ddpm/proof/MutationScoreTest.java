package ddpm.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.proof.MutationScore.Mutant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of survivors and PIT's report must agree. */
final class MutationScoreTest {

    private static final Mutant ALIVE = new Mutant("A", "x > 0 || y,", "bound", "SURVIVED");
    private static final MutationScore SCORE =
            new MutationScore(
                    List.of(
                            new Mutant("A", "x * y", "Replaced", "KILLED"),
                            new Mutant("A", "x * y", "Replaced", "KILLED"),
                            new Mutant("A", "i++", "decrement", "TIMED_OUT"),
                            ALIVE));
    private static final String ROW = "| A | `x > 0 \\|\\| y,` | bound |";

    @Test
    void timeOutsCountOnNeitherSide() {
        assertEquals(
                """
                Mutation score: 2 of 3 planted bugs killed (66.7 %), 1 more timed out.
                Timed out: | A | `i++` | decrement |""",
                SCORE.toString());
    }

    @Test
    void aSurvivorNeedsARow() {
        String head = "| class | line | change | why |";
        assertEquals(List.of(), SCORE.problems(List.of(head, ROW + " both are right |")));
        assertEquals(List.of("SURVIVED, not explained: " + ROW), SCORE.problems(List.of(head)));
        var twice = new MutationScore(List.of(ALIVE, ALIVE));
        assertEquals(1, twice.problems(List.of(ROW + " why |")).size());
        var uncovered = new MutationScore(List.of(new Mutant("B", "f();", "cut", "NO_COVERAGE")));
        assertEquals(1, uncovered.problems(List.of()).size());
    }

    @Test
    void aRowNeedsAReasonAndASurvivor() {
        assertEquals(2, SCORE.problems(List.of(ROW + " |")).size());
        String dead = "| A | `x * y` | Replaced | why |";
        assertEquals(
                List.of("no such survivor, so delete the row: " + dead),
                SCORE.problems(List.of(ROW + " why |", dead)));
    }

    @Test
    void theReportGivesTheLineOfCode(@TempDir Path folder) throws Exception {
        Path source = folder.resolve("p").resolve("A.java");
        Files.createDirectories(source.getParent());
        Files.writeString(source, "package p; // note\n  x > 0\n    || y, \"text\"\n);\n");
        Path report = folder.resolve("mutations.xml");
        Files.writeString(
                report,
                """
                <mutations><mutation detected='false' status='SURVIVED'>
                <sourceFile>A.java</sourceFile><mutatedClass>p.A</mutatedClass>
                <lineNumber>3</lineNumber><description>bound</description>
                </mutation></mutations>
                """);
        assertEquals(List.of(ALIVE), MutationScore.read(report, folder));
    }
}
