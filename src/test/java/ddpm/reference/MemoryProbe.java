package ddpm.reference;

import static ddpm.reference.TinyModel.FORWARD;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.Function;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.training.MovingAverage;
import ddpm.training.Objective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A program of its own, so that nothing else moves its memory: it trains or samples, and prints its
 * resident memory in bytes after every few times.
 */
public final class MemoryProbe {

    /** The memory of this process in pages: all, then what is resident. */
    static final Path MEMORY = Path.of("/proc/self/statm");

    /** Gives free memory inside the C heap back to the system, where a small leak could hide. */
    private static final Function TRIM = Function.getFunction("c", "malloc_trim");

    private static final int PAGE = Function.getFunction("c", "getpagesize").invokeInt(null);

    private MemoryProbe() {}

    /** What is done over and over. */
    public enum Work {
        /** A training step with the moving average. */
        TRAIN,
        /** The same, and each step leaves an array of 2 kB with the manager of the model. */
        LEAK,
        /** A walk from noise to images by each sampler, ten steps. */
        SAMPLE
    }

    /**
     * Runs.
     *
     * @param args what to do, how many times, and after how many times to print
     * @throws IOException if the memory cannot be read
     */
    public static void main(String[] args) throws IOException {
        int times = Integer.parseInt(args[1]);
        int every = Integer.parseInt(args[2]);
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9)) {
            Runnable once = once(Work.valueOf(args[0]), net, average);
            for (int i = 1; i <= times; i++) {
                once.run();
                if (i % every == 0) {
                    System.out.println(resident());
                }
            }
        }
    }

    /**
     * One time of the work.
     *
     * @param work what to do
     * @param net the network
     * @param average of its weights
     * @return does it once
     */
    public static Runnable once(Work work, UNet net, MovingAverage average) {
        return switch (work) {
            case TRAIN -> training(net, TinyModel.simple(net), average);
            case LEAK -> training(net, leaking(net), average);
            case SAMPLE -> () -> sample(net.withWeights(average.weights()));
        };
    }

    private static Runnable training(UNet net, Objective objective, MovingAverage average) {
        var trainer = TinyModel.trainer(net, objective, Optional.of(average));
        return () -> trainer.run(1, TinyModel.DATA, step -> {});
    }

    private static Objective leaking(UNet net) {
        Objective right = TinyModel.simple(net);
        return (batch, draws) -> {
            net.manager().zeros(new Shape(512));
            return right.loss(batch, draws);
        };
    }

    private static void sample(UNet net) {
        try (NDManager manager = net.manager().newSubManager()) {
            SplittableRandom random = new SplittableRandom(1);
            NDArray xT = Tensors.normal(manager, new Shape(2, 1, 4, 4), random);
            for (Sampler sampler : TinyModel.samplers(new Denoiser(FORWARD))) {
                sampler.sample(net, xT, random);
            }
        }
    }

    private static long resident() throws IOException {
        TRIM.invokeInt(new Object[] {0});
        return PAGE * Long.parseLong(Files.readString(MEMORY).split(" ", -1)[1]);
    }
}
