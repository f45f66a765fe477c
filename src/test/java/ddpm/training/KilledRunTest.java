package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.reference.CheckpointProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is killed and started again ends like the run that was not. */
class KilledRunTest {

    private static final int KILLS = 51;
    private static final int IN_A_WRITE = 10;
    private static final int LAST = 600;
    private static final int EVERY = 3;

    @TempDir private Path folder;
    private Path path;
    private Path temporary;

    /** When a run is killed: so many nanoseconds after something that it does. */
    private enum Moment {
        AFTER_ITS_START(2_000_000_000L),
        AFTER_ITS_LOADING(400_000_000L),
        AFTER_A_WRITE_BEGAN(2_000_000L);

        private final long longest;

        Moment(long longest) {
            this.longest = longest;
        }
    }

    @Test
    @Tag("slow")
    void fiftyKillsAtAnyMomentChangeNoBit() throws Exception {
        Path straight = folder.resolve("straight.safetensors");
        CheckpointProbe.train(straight, LAST, LAST);
        path = folder.resolve("killed.safetensors");
        temporary = folder.resolve("killed.safetensors.tmp");
        SplittableRandom random = new SplittableRandom(3);
        Map<Moment, Integer> kills = new EnumMap<>(Moment.class);
        List<Long> halves = new ArrayList<>(); // sizes of the files that kills left half written
        for (int i = 0; total(kills) < KILLS || halves.size() < IN_A_WRITE; i++) {
            Moment moment = Moment.values()[i % 3];
            if (killed(moment, random)) {
                kills.merge(moment, 1, Integer::sum);
                if (Files.exists(temporary)) {
                    halves.add(Files.size(temporary));
                    Files.delete(temporary);
                }
                checkWhole();
            } else { // it came to its end
                assertEquals(-1, Files.mismatch(straight, path));
                Files.delete(path);
            }
        }
        CheckpointProbe.train(path, LAST, EVERY);
        assertEquals(-1, Files.mismatch(straight, path));
        System.out.println("killed " + kills + ", of these in a write " + halves.size());
        System.out.println("of " + Files.size(path) + " bytes they had written " + halves);
    }

    private static int total(Map<Moment, Integer> kills) {
        return kills.values().stream().mapToInt(i -> i).sum();
    }

    /** What a kill leaves is the older checkpoint or the newer one. */
    private void checkWhole() {
        if (Files.exists(path)) {
            assertEquals(0, Checkpoint.load(path).step() % EVERY);
        }
    }

    /** Starts a run and kills it, unless it ends before. */
    private boolean killed(Moment moment, SplittableRandom random)
            throws IOException, InterruptedException {
        Process run = CheckpointProbe.start(path, LAST, EVERY);
        try (BufferedReader said = run.inputReader()) {
            if (moment != Moment.AFTER_ITS_START) {
                String first = said.readLine();
                assertTrue(first != null && first.startsWith("at step "), first);
            }
            if (moment == Moment.AFTER_A_WRITE_BEGAN) {
                long steps = random.nextLong(Moment.AFTER_ITS_LOADING.longest);
                run.waitFor(steps, TimeUnit.NANOSECONDS);
                while (run.isAlive() && !Files.exists(temporary)) {
                    Thread.onSpinWait();
                }
            }
            long end = System.nanoTime() + random.nextLong(moment.longest);
            while (run.isAlive() && System.nanoTime() < end) {
                Thread.onSpinWait(); // a sleep would be coarser than a write is long
            }
            run.destroyForcibly(); // SIGKILL
            return run.waitFor() != 0;
        }
    }
}
