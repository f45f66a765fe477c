package ddpm.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each formula of the paper is checked by code that takes the implementation as an argument. The
 * library passes; each planted bug is rejected.
 */
final class ProofOfPowerTest {

    static List<Proof<?>> proofs() {
        return Stream.of(
                        ReversibilityProofs.all(),
                        ForwardProofs.all(),
                        ChainProofs.all(),
                        ReverseChainProofs.all(),
                        BoundProofs.all(),
                        PosteriorProofs.all(),
                        TermProofs.all(),
                        PixelProofs.all(),
                        SimpleLossProofs.all(),
                        TwoVariancesProofs.all(),
                        LineProofs.all(),
                        TrainingProofs.all(),
                        SamplingProofs.all(),
                        SamplingLawProofs.all())
                .<Proof<?>>flatMap(List::stream)
                .toList();
    }

    static Stream<Arguments> right() {
        return proofs().stream()
                .flatMap(p -> p.right().keySet().stream().map(name -> Arguments.of(p, name)));
    }

    static Stream<Arguments> bugs() {
        return proofs().stream()
                .flatMap(p -> p.bugs().keySet().stream().map(bug -> Arguments.of(p, bug)));
    }

    @ParameterizedTest
    @MethodSource("right")
    void theRightImplementationPasses(Proof<?> proof, String name) {
        proof.passes(name);
    }

    @Tag("power")
    @ParameterizedTest
    @MethodSource("bugs")
    void thePlantedBugIsRejected(Proof<?> proof, String bug) {
        assertTrue(proof.isRejected(bug), proof + " does not see: " + bug);
    }

    @Test
    void everyCheckHasAtLeastTwoPlantedBugs() {
        for (Proof<?> proof : proofs()) {
            assertTrue(proof.bugs().size() >= 2, proof.toString());
        }
    }

    @Test
    void theTableOfRowsAndPlantedBugs() {
        String table =
                """
                F0 7
                F1 11
                F2 4
                F3 11
                F4 5
                F5 8
                F6 5
                F7 6
                F8 9
                F9 6
                F10 16
                F11 6
                F12 8
                F13 4
                F14 11
                F15 10
                F16 11
                F17 26
                F18 33
                """;
        assertEquals(table, table());
    }

    private static String table() {
        return IntStream.rangeClosed(0, 18)
                .mapToObj(i -> "F" + i)
                .map(row -> row + " " + planted(row) + "\n")
                .reduce("", String::concat);
    }

    private static int planted(String row) {
        return proofs().stream()
                .filter(p -> p.row().equals(row))
                .mapToInt(p -> p.bugs().size())
                .sum();
    }
}
