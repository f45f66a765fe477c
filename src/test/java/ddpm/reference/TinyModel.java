package ddpm.reference;

import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.posterior.ReverseVariance;
import ddpm.sampling.AncestralSampler;
import ddpm.sampling.DdimSampler;
import ddpm.sampling.Denoiser;
import ddpm.sampling.Sampler;
import ddpm.sampling.SecondOrderSampler;
import ddpm.sampling.StepSubset;
import ddpm.schedule.LinearSchedule;
import ddpm.training.Batches;
import ddpm.training.LearningRate;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Objective;
import ddpm.training.Trainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** The smallest network that has every part, with data and a trainer for it. */
public final class TinyModel {

    /** T. */
    public static final int STEPS = 10;

    /** A short, strong schedule. */
    public static final ForwardProcess FORWARD =
            new ForwardProcess(new LinearSchedule(STEPS, 0.05, 0.15));

    /** Two levels, attention, dropout; images of 4 × 4. */
    public static final UNetConfig CONFIG =
            new UNetConfig(
                    4,
                    1,
                    4,
                    List.of(1, 2),
                    1,
                    new UNetConfig.Attention(Set.of(2), 1),
                    new UNetConfig.Norm(2, 1e-6),
                    0.1,
                    UNetConfig.Padding.END);

    /** Batches of two images of noise. */
    public static final Batches DATA =
            (manager, step) ->
                    Tensors.normal(manager, new Shape(2, 1, 4, 4), new SplittableRandom(step));

    private TinyModel() {}

    /**
     * Gives random values to every layer, also to those that start at zero.
     *
     * @param net the network
     * @param seed of the values
     */
    public static void shake(UNet net, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = net.weights().flat().toFloatArray();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (0.1 * random.nextGaussian());
        }
        net.weights().set(values);
    }

    /**
     * Every sampler of the library, each over all steps.
     *
     * @param denoiser reads the network
     * @return one of each kind and setting
     */
    public static List<Sampler> samplers(Denoiser denoiser) {
        StepSubset all = StepSubset.all(STEPS);
        return List.of(
                new AncestralSampler(denoiser, ReverseVariance.BETA),
                new AncestralSampler(denoiser, ReverseVariance.POSTERIOR),
                new DdimSampler(denoiser, all, 0),
                new DdimSampler(denoiser, all, 1),
                new SecondOrderSampler(denoiser, all));
    }

    /**
     * L_simple of a network, with its dropout on.
     *
     * @param net the network
     * @return what training makes small
     */
    public static Objective simple(UNet net) {
        return new NoiseObjective(DiffusionLoss.simple(FORWARD), net.training(), STEPS);
    }

    /**
     * A trainer that shortens gradients.
     *
     * @param net the network
     * @param objective what to make small
     * @param average the moving average, if any
     * @return the trainer
     */
    public static Trainer trainer(UNet net, Objective objective, Optional<MovingAverage> average) {
        var settings = new Trainer.Settings(LearningRate.constant(1e-3), 0.5, 5);
        return new Trainer(net.weights(), objective, settings, average);
    }
}
