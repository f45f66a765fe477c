package ddpm.reference;

import static ddpm.reference.TinyModel.FORWARD;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.sampling.AncestralSampler;
import ddpm.training.Batches;
import ddpm.training.MovingAverage;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/**
 * A program that trains and samples, with a network large enough that the engine shares the work
 * between its threads, and prints what it computed.
 */
public final class BitsProbe {

    private static final UNetConfig CONFIG = UNetConfig.MNIST.withChannels(16, 1, 2);
    private static final Shape SHAPE = new Shape(8, 1, 28, 28);
    private static final Batches DATA =
            (manager, step) -> Tensors.normal(manager, SHAPE, new SplittableRandom(step));

    private BitsProbe() {}

    /**
     * Prints the number of threads, and a checksum of weights, average and samples.
     *
     * @param args the seed
     */
    public static void main(String[] args) {
        long seed = Long.parseLong(args[0]);
        CRC32 crc = new CRC32();
        try (UNet net = UNet.create(CONFIG, seed, Device.cpu());
                MovingAverage average = new MovingAverage(net.weights(), 0.9);
                NDManager manager = net.manager().newSubManager()) {
            TinyModel.trainer(net, TinyModel.simple(net), Optional.of(average))
                    .run(3, DATA, step -> {});
            SplittableRandom random = new SplittableRandom(seed);
            NDArray xT = Tensors.normal(manager, SHAPE, random);
            UNet averaged = net.withWeights(average.weights());
            NDArray x0 = new AncestralSampler(FORWARD).sample(averaged, xT, random);
            for (NDArray x : new NDArray[] {net.weights().flat(), average.weights().flat(), x0}) {
                for (float value : Tensors.floats(x)) {
                    int bits = Float.floatToRawIntBits(value);
                    crc.update(bits);
                    crc.update(bits >> 8);
                    crc.update(bits >> 16);
                    crc.update(bits >> 24);
                }
            }
        }
        System.out.printf("%d threads, %08x%n", JniUtils.getNumThreads(), crc.getValue());
    }
}
