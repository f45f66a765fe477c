package org.dflib.jjava.distro;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import org.dflib.jjava.kernel.execution.CodeEvaluator;
import org.dflib.jjava.kernel.execution.EvaluationInterruptedException;

/**
 * Lets an interrupted cell end by itself, so that nothing of it lives on and its own last words are
 * shown; no further statement of the cell begins. Code that ignores the interrupt is given up after
 * a while, or at once when the stop button is pressed again.
 */
final class StoppableEvaluator extends CodeEvaluator {

    private static final String CELL_THREADS = "jjava-exec-";
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final Predicate<StackTraceElement> WAITS_FOR_WORK =
            frame ->
                    frame.getClassName().equals(ThreadPoolExecutor.class.getName())
                            && frame.getMethodName().equals("getTask");

    /** Held by a thread that writes to a socket, which an interrupt would leave half written. */
    private static final Object OUTPUT = new Object();

    /** The cell that runs, or null. */
    private volatile Cell cell;

    private static final class Cell {
        private volatile boolean stopped;
        private volatile boolean givenUp;
    }

    /** The cell's thread did not end. */
    static final class StillRunningException extends RuntimeException {

        private static final long serialVersionUID = 1;

        StillRunningException() {
            super(
                    "the code of this cell does not look whether it is to stop, and goes on behind"
                            + " the next cells; restart the kernel to end it");
        }
    }

    StoppableEvaluator(String name, long timeout, TimeUnit unit) {
        super(name, timeout, unit);
    }

    @Override
    public Object eval(JShell shell, String code) {
        if (cell != null) {
            return super.eval(shell, code); // from within a cell
        }
        cell = new Cell();
        try {
            return super.eval(shell, code);
        } finally {
            cell = null;
        }
    }

    @Override
    protected Object evalSingle(JShell shell, String code) {
        Cell current = cell;
        try {
            Object value = current.stopped ? null : super.evalSingle(shell, code);
            if (current.stopped) {
                throw new EvaluationInterruptedException(code.strip());
            }
            return value;
        } catch (EvaluationInterruptedException e) {
            throw current.givenUp ? new StillRunningException() : e;
        } catch (RuntimeException e) {
            if (current.stopped && isInterruptedSleep(e)) {
                throw new EvaluationInterruptedException(code.strip());
            }
            throw e;
        }
    }

    private static boolean isInterruptedSleep(RuntimeException e) {
        return e.getCause() instanceof EvalException thrown
                && thrown.getExceptionClassName().equals(InterruptedException.class.getName());
    }

    @Override
    public void interrupt() {
        Cell current = cell;
        if (current == null) {
            return;
        }
        if (current.stopped) {
            giveUp(current);
            return;
        }
        current.stopped = true;
        Thread watch = new Thread(() -> stop(current), "stop-button");
        watch.setDaemon(true);
        watch.start();
    }

    /** Interrupts once each thread that runs the cell: it may still be about to begin. */
    private void stop(Cell current) {
        Set<Thread> told = new HashSet<>();
        long end = System.nanoTime() + GRACE_NANOS;
        while (cell == current && System.nanoTime() < end) {
            synchronized (OUTPUT) {
                busyThreads().filter(told::add).forEach(Thread::interrupt);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        giveUp(current);
    }

    private static Stream<Thread> busyThreads() {
        return Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith(CELL_THREADS))
                .filter(entry -> Arrays.stream(entry.getValue()).noneMatch(WAITS_FOR_WORK))
                .map(Map.Entry::getKey);
    }

    /** Runs what must not be interrupted in the middle; the interrupt comes after it. */
    static void uninterrupted(Runnable output) {
        synchronized (OUTPUT) {
            boolean interrupted = Thread.interrupted();
            try {
                output.run();
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void giveUp(Cell current) {
        if (cell == current) {
            current.givenUp = true;
            synchronized (OUTPUT) {
                super.interrupt();
            }
        }
    }
}
