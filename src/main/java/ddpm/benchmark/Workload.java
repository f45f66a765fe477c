package ddpm.benchmark;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.Precision;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.pretrained.Pretrained;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.StepSubset;
import ddpm.schedule.LinearSchedule;
import ddpm.training.LearningRate;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Objective;
import ddpm.training.Trainer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * A network with its training and its sampler, and the settings of the paper: linear schedule, T =
 * 1000, ε, Adam, gradient norm 1, learning rate 2·10⁻⁴, average 0.9999. Ho et al. (2020), Sec. 4
 * and App. B. The sampler is DDIM with η = 0.
 *
 * <p>It owns the network; {@link #close()} frees all.
 */
final class Workload implements AutoCloseable {

    static final ForwardProcess FORWARD = new ForwardProcess(LinearSchedule.DDPM);
    static final int LAST = FORWARD.schedule().steps();

    private static final DiffusionLoss LOSS = DiffusionLoss.simple(FORWARD);
    private static final Trainer.Settings SETTINGS =
            new Trainer.Settings(LearningRate.constant(2e-4), 1.0, 7);
    private static final double DECAY = 0.9999;

    private final Pretrained model;

    /** Takes the network as its own, and computes it in a precision. */
    Workload(UNet network, Precision precision) {
        model = new Pretrained(network.withPrecision(precision), FORWARD, Prediction.EPSILON);
    }

    /** A network with random parameters on the CPU, which is where the benchmark compares. */
    static Workload of(UNetConfig config, long seed) {
        return new Workload(UNet.create(config, seed, Device.cpu()), Precision.FLOAT32);
    }

    UNet network() {
        return model.network();
    }

    /** A training by Algorithm 1, before its first step. */
    Trainer trainer() {
        return trainer(new NoiseObjective(LOSS, network().training(), LAST));
    }

    /** A training that sees the given steps and the given noise at every step. */
    Trainer trainer(int[] t, NDArray eps) {
        return trainer((batch, draws) -> LOSS.loss(network().training(), batch, t, eps));
    }

    private Trainer trainer(Objective objective) {
        var average = new MovingAverage(network().weights(), DECAY); // freed with the network
        return new Trainer(network().weights(), objective, SETTINGS, Optional.of(average));
    }

    DdimSampler sampler(StepSubset steps) {
        return new DdimSampler(model.denoiser(), steps, 0);
    }

    /** Draws images from the first noise to the end. */
    NDArray sample(NDManager manager, int count, StepSubset steps, long seed) {
        return model.sample(manager, count, sampler(steps), seed);
    }

    NDArray noise(NDManager manager, int count, RandomGenerator random) {
        return Tensors.normal(manager, shape(count), random);
    }

    /** The shape of that many images. */
    Shape shape(int count) {
        UNetConfig config = network().config();
        return new Shape(count, config.imageChannels(), config.imageSize(), config.imageSize());
    }

    @Override
    public void close() {
        model.close();
    }
}
