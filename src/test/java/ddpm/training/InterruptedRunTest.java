package ddpm.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.reference.TinyModel;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A cell that is interrupted, or that fails, leaves a model that trains on as if it had not. */
class InterruptedRunTest {

    private static final int STEPS = 8;

    /** All that the next step depends on, after each number of steps of a run without a break. */
    private static final List<State> STRAIGHT = straight();

    /** The step; then weights, average, the optimiser's moments and the two counts, as bits. */
    private record State(long step, long updates, List<IntBuffer> numbers) {

        static State of(Run run) {
            Optimizer adam = run.trainer.optimizer();
            return new State(
                    run.trainer.step(),
                    run.average.updates(),
                    List.of(
                            bits(Tensors.floats(run.net.weights().flat())),
                            bits(Tensors.floats(run.average.weights().flat())),
                            bits(adam.first()),
                            bits(adam.second()),
                            bits(adam.count())));
        }

        private static IntBuffer bits(float... values) {
            int[] bits = new int[values.length];
            for (int i = 0; i < bits.length; i++) {
                assertTrue(Float.isFinite(values[i]), "value " + i + " is " + values[i]);
                bits[i] = Float.floatToRawIntBits(values[i]);
            }
            return IntBuffer.wrap(bits);
        }
    }

    /** A training of the tiny network, whose objective can be disturbed. */
    private static final class Run implements AutoCloseable {
        private final UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
        private final MovingAverage average = new MovingAverage(net.weights(), 0.9);
        private final Trainer trainer;

        Run(Function<Objective, Objective> disturbed) {
            trainer =
                    TinyModel.trainer(
                            net, disturbed.apply(TinyModel.simple(net)), Optional.of(average));
        }

        /** Compares with the straight run, trains on to the end, and compares again. */
        void assertTrainsOn() {
            assertEquals(STRAIGHT.get((int) trainer.step()), State.of(this));
            if (trainer.step() < STEPS) {
                trainer.run(STEPS - trainer.step(), TinyModel.DATA, s -> {});
            }
            assertEquals(STRAIGHT.get(STEPS), State.of(this));
        }

        @Override
        public void close() {
            average.close();
            net.close();
        }
    }

    private static List<State> straight() {
        try (Run run = new Run(o -> o)) {
            List<State> states = new ArrayList<>(List.of(State.of(run)));
            run.trainer.run(STEPS, TinyModel.DATA, s -> states.add(State.of(run)));
            return states;
        }
    }

    /** Another thread interrupts, as the kernel does, after a time that is drawn. */
    @Test
    void anInterruptAtAnyMomentIsTakenAtTheEndOfAStep() throws InterruptedException {
        SplittableRandom random = new SplittableRandom(3);
        long nanosOfARun = Long.MAX_VALUE;
        int stopped = 0;
        for (int i = 0; i < 60; i++) {
            try (Run run = new Run(o -> o)) {
                Thread trainingThread = Thread.currentThread();
                long begin = System.nanoTime();
                long until = i < 3 ? Long.MAX_VALUE : begin + random.nextLong(nanosOfARun);
                Thread button = new Thread(() -> press(trainingThread, until));
                button.setDaemon(true);
                if (i >= 3) {
                    button.start();
                }
                try {
                    run.trainer.run(STEPS, TinyModel.DATA, s -> {});
                } catch (TrainingStopped e) {
                    assertEquals(TrainingStopped.Reason.INTERRUPTED, e.reason());
                    stopped++;
                }
                nanosOfARun = Math.min(nanosOfARun, System.nanoTime() - begin);
                if (i >= 3) {
                    joinThoughInterrupted(button);
                }
                run.assertTrainsOn();
            }
        }
        assertTrue(stopped >= 20, stopped + " of 57 runs were interrupted before their end");
    }

    private static void press(Thread thread, long until) {
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
        thread.interrupt();
    }

    private static void joinThoughInterrupted(Thread button) throws InterruptedException {
        try {
            button.join();
        } catch (InterruptedException e) {
            button.join(); // it was pressed after the run had ended
        }
        Thread.interrupted();
    }

    /** At each seam of a step, so that no moment is left to chance. */
    @Test
    void anInterruptAtEachSeamOfAStepIsTakenAtItsEnd() {
        for (int seam = 0; seam < 4; seam++) {
            int at = seam;
            Function<Objective, Objective> disturbed =
                    o ->
                            (batch, draws) -> {
                                interruptIf(at == 1 && draws.step() == 3);
                                NDArray loss = o.loss(batch, draws);
                                interruptIf(at == 2 && draws.step() == 3);
                                return loss;
                            };
            try (Run run = new Run(disturbed)) {
                Batches data =
                        (manager, step) -> {
                            interruptIf(at == 0 && step == 3);
                            return TinyModel.DATA.at(manager, step);
                        };
                TrainingListener listener = s -> interruptIf(at == 3 && s.number() == 3);
                assertThrows(TrainingStopped.class, () -> run.trainer.run(STEPS, data, listener));
                assertEquals(3, run.trainer.step());
                run.assertTrainsOn();
            }
        }
    }

    private static void interruptIf(boolean now) {
        if (now) {
            Thread.currentThread().interrupt();
        }
    }

    /** Data, loss and listener are the user's code; the first step fails, and a later one. */
    @Test
    void aFailureInTheMiddleOfAStepUndoesThatStep() {
        for (int failing : new int[] {1, 4}) {
            for (int seam = 0; seam < 4; seam++) {
                int at = seam;
                boolean[] done = {false};
                Function<Objective, Objective> disturbed =
                        o ->
                                (batch, draws) -> {
                                    boolean now = draws.step() == failing && !done[0];
                                    failIf(at == 1 && now, done);
                                    NDArray loss = o.loss(batch, draws);
                                    if (at == 2 && now) { // a backward pass that fails at its end
                                        backward(loss);
                                    }
                                    failIf(at == 2 && now, done);
                                    return loss;
                                };
                try (Run run = new Run(disturbed)) {
                    Batches data =
                            (manager, step) -> {
                                failIf(at == 0 && step == failing && !done[0], done);
                                return TinyModel.DATA.at(manager, step);
                            };
                    TrainingListener listener =
                            s -> failIf(at == 3 && s.number() == failing && !done[0], done);
                    assertThrows(
                            IllegalStateException.class,
                            () -> run.trainer.run(STEPS, data, listener));
                    assertEquals(at == 3 ? failing : failing - 1, run.trainer.step());
                    run.assertTrainsOn();
                }
            }
        }
    }

    private static void failIf(boolean now, boolean[] done) {
        if (now) {
            done[0] = true;
            throw new IllegalStateException("planted");
        }
    }

    private static void backward(NDArray loss) {
        try (NDArray one = loss.getManager().ones(loss.getShape())) {
            JniUtils.backward((PtNDArray) loss, (PtNDArray) one, false, false);
        }
    }
}
