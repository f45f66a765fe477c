package ddpm.doctor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.Shuffle;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.Compute;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.sampling.AncestralSampler;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import ddpm.training.Batches;
import ddpm.training.LearningRate;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Trainer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** A tiny network and its training on digits, in the order in which a notebook makes them. */
final class SmallRun implements AutoCloseable {

    /** MNIST, each 2 × 2 pixels averaged: four times as fast. */
    static final ImageSet DIGITS = halved(Mnist.train().take(8000));

    /** Two channels a group: a group of one would hide the time from the network. */
    static final UNetConfig TINY =
            new UNetConfig(
                    14,
                    1,
                    4,
                    List.of(1, 2),
                    1,
                    new UNetConfig.Attention(Set.of(7), 1),
                    new UNetConfig.Norm(2, 1e-6),
                    0,
                    UNetConfig.Padding.END);

    static final int BATCH = 16;
    static final int STEPS = 250;
    static final double RATE = 5e-3;

    final ImageSet images;
    final ForwardProcess forward;
    final Prediction prediction;
    final UNet network;
    final MovingAverage average;
    final NoiseObjective objective;
    final Trainer trainer;
    final RunRecord record;
    final Batches batches;

    SmallRun(NoiseSchedule schedule, Prediction prediction, double rate, long seed) {
        this(DIGITS, TINY, schedule, prediction, rate, seed);
    }

    SmallRun(
            ImageSet images,
            UNetConfig config,
            NoiseSchedule schedule,
            Prediction prediction,
            double rate,
            long seed) {
        this.images = images;
        this.forward = new ForwardProcess(schedule);
        this.prediction = prediction;
        network = UNet.create(config, seed, Device.cpu());
        average = new MovingAverage(network.weights(), 0.99);
        var loss = DiffusionLoss.simple(forward).withPrediction(prediction);
        objective = new NoiseObjective(loss, network.training(), schedule.steps());
        var settings = new Trainer.Settings(LearningRate.constant(rate).withWarmUp(20), 1, seed);
        trainer = new Trainer(network.weights(), objective, settings, Optional.of(average));
        record = new RunRecord(trainer);
        var shuffle = new Shuffle(images.size(), BATCH, seed);
        batches = (manager, step) -> images.batch(manager, shuffle.at(step));
    }

    /** One that is trained, for the tests that do not change it. */
    private static final class Ready {
        static final SmallRun V =
                new SmallRun(new CosineSchedule(50), Prediction.V, RATE, 1).train(STEPS);
        static final SmallRun EPSILON =
                new SmallRun(new LinearSchedule(50, 0.002, 0.4), Prediction.EPSILON, RATE, 2)
                        .train(STEPS);
    }

    /** Trained to answer v on a cosine schedule; do not change it. */
    static SmallRun ofV() {
        return Ready.V;
    }

    /** Trained to answer ε on a linear schedule; do not change it. */
    static SmallRun ofEpsilon() {
        return Ready.EPSILON;
    }

    SmallRun train(int steps) {
        trainer.run(steps, batches, record);
        return this;
    }

    AncestralSampler sampler() {
        return new AncestralSampler(forward).withPrediction(prediction);
    }

    /** All that a notebook has. */
    Doctor doctor() {
        return Doctor.of(network, prediction, forward)
                .withData(images)
                .withSampler(sampler())
                .withObjective(objective)
                .withRun(record);
    }

    @Override
    public void close() {
        average.close();
        network.close();
    }

    private static ImageSet halved(ImageSet images) {
        try (NDManager manager = Compute.manager(Device.cpu())) {
            NDArray all = images.batch(manager, IntStream.range(0, images.size()).toArray());
            int half = images.height() / 2;
            NDArray small =
                    all.reshape(-1, 1, half, 2, half, 2).mean(new int[] {5}).mean(new int[] {3});
            return ImageSet.of(small);
        }
    }
}
