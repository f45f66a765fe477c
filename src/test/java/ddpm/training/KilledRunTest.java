package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.CheckpointProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed and started again ends like the run that was not. */
class KilledRunTest {

    private static final int KILLS = 50;
    private static final int IN_A_WRITE = 10;
    private static final int LAST = 600;
    private static final int EVERY = 3;
    private static final int LONGEST_LIFE = 400; // milliseconds after its start

    @TempDir private Path folder;
    private Path path;
    private Path temporary;

    @Test
    @Tag("slow")
    void fiftyKillsAtAnyMomentChangeNoBit() throws Exception {
        Path straight = folder.resolve("straight.safetensors");
        CheckpointProbe.train(straight, LAST, LAST);
        path = folder.resolve("killed.safetensors");
        temporary = folder.resolve("killed.safetensors.tmp");
        SplittableRandom random = new SplittableRandom(3);
        int kills = 0;
        int inAWrite = 0;
        while (kills < KILLS || inAWrite < IN_A_WRITE) {
            boolean waitForAWrite = kills % 2 == 0;
            if (killed(random.nextInt(LONGEST_LIFE), waitForAWrite)) {
                kills++;
                inAWrite += Files.deleteIfExists(temporary) ? 1 : 0;
            } else { // it came to its end
                assertEquals(-1, Files.mismatch(straight, path));
                Files.delete(path);
            }
        }
        CheckpointProbe.train(path, LAST, EVERY);
        assertEquals(-1, Files.mismatch(straight, path));
        System.out.println(kills + " kills, " + inAWrite + " of them in a write");
    }

    /** Starts a run and kills it, unless it ends before. */
    private boolean killed(int milliseconds, boolean waitForAWrite)
            throws IOException, InterruptedException {
        Process run = CheckpointProbe.start(path, LAST, EVERY);
        try (BufferedReader said = run.inputReader()) {
            String first = said.readLine();
            assertTrue(first != null && first.startsWith("at step "), first);
            run.waitFor(milliseconds, TimeUnit.MILLISECONDS);
            while (waitForAWrite && run.isAlive() && !Files.exists(temporary)) {
                Thread.onSpinWait();
            }
            run.destroyForcibly(); // SIGKILL
            return run.waitFor() != 0;
        }
    }
}
