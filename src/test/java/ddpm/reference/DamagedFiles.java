package ddpm.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Loads damaged files, and counts those that are refused and those that nobody could refuse.
 *
 * @param <T> what a file holds
 */
public final class DamagedFiles<T> {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int LONGEST_MESSAGE = 900;

    private final Class<? extends RuntimeException> refusal;
    private final Path place;
    private final long allowedBytes;
    private int refused;
    private int loaded;

    /**
     * No file yet.
     *
     * @param refusal what a damaged file must throw
     * @param place how the message begins: the file, or the folder it is in
     * @param allowedBytes of Java's memory, for a file whatever it claims
     */
    public DamagedFiles(Class<? extends RuntimeException> refusal, Path place, long allowedBytes) {
        this.refusal = refusal;
        this.place = place;
        this.allowedBytes = allowedBytes;
    }

    /**
     * Loads one.
     *
     * @param load the call
     * @param unseen what it may return, if the file need not show its damage
     */
    public void load(Supplier<T> load, Optional<T> unseen) {
        String which = "file " + (refused + loaded + 1);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Optional<T> got = Optional.empty();
        try {
            got = Optional.of(load.get());
            loaded++;
        } catch (RuntimeException e) {
            assertEquals(refusal, e.getClass(), () -> which + ": " + e);
            String message = e.getMessage();
            assertTrue(message.startsWith(place.toString()), message);
            assertTrue(message.length() < LONGEST_MESSAGE, message);
            refused++;
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < allowedBytes, which + " allocated " + allocated + " bytes");
        if (got.isPresent()) {
            assertEquals(unseen, got, which);
        }
    }

    @Override
    public String toString() {
        return "%d refused, %d loaded that need not show it".formatted(refused, loaded);
    }
}
