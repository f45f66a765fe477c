package ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.BitsProbe;
import ddpm.reference.Child;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two programs with the same seed and number of threads train and sample to the same bits. */
class SameBitsTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theSameSeedAndThreadsGiveTheSameBits(int threads) throws Exception {
        String said = said(1, threads);
        assertTrue(said.startsWith(threads + " threads, "), said);
        assertEquals(said, said(1, threads));
    }

    @Test
    void anotherSeedGivesOtherBits() throws Exception {
        assertNotEquals(said(1, 1), said(2, 1));
    }

    private static String said(int seed, int threads) throws IOException, InterruptedException {
        ProcessBuilder child = Child.of(BitsProbe.class, List.of("-Xmx128m"), seed);
        child.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
        child.environment().put("OMP_WAIT_POLICY", "passive"); // kind to a busy machine
        Process process = child.redirectErrorStream(true).start();
        String said = Child.output(process);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
