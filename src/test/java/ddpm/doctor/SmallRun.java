package ddpm.doctor;

import ai.djl.Device;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.data.Shuffle;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.posterior.Prediction;
import ddpm.sampling.AncestralSampler;
import ddpm.schedule.NoiseSchedule;
import ddpm.training.Batches;
import ddpm.training.LearningRate;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Trainer;
import java.util.Optional;

/** A tiny network and its training on digits, in the order in which a notebook makes them. */
final class SmallRun implements AutoCloseable {

    static final ImageSet DIGITS = Mnist.train();
    static final UNetConfig TINY = UNetConfig.MNIST.withChannels(8, 1, 2);
    static final int BATCH = 32;

    final ForwardProcess forward;
    final Prediction prediction;
    final UNet network;
    final MovingAverage average;
    final NoiseObjective objective;
    final Trainer trainer;
    final RunRecord record;
    final Batches batches;

    SmallRun(NoiseSchedule schedule, Prediction prediction, double rate, long seed) {
        this.forward = new ForwardProcess(schedule);
        this.prediction = prediction;
        network = UNet.create(TINY, seed, Device.cpu());
        average = new MovingAverage(network.weights(), 0.99);
        var loss = DiffusionLoss.simple(forward).withPrediction(prediction);
        objective = new NoiseObjective(loss, network.training(), schedule.steps());
        var settings = new Trainer.Settings(LearningRate.constant(rate).withWarmUp(20), 1, seed);
        trainer = new Trainer(network.weights(), objective, settings, Optional.of(average));
        record = new RunRecord(trainer);
        var shuffle = new Shuffle(DIGITS.size(), BATCH, seed);
        batches = (manager, step) -> DIGITS.batch(manager, shuffle.at(step));
    }

    SmallRun train(int steps) {
        trainer.run(steps, batches, record);
        return this;
    }

    /** All that a notebook has. */
    Doctor doctor() {
        return Doctor.of(network, prediction, forward)
                .withData(DIGITS)
                .withSampler(new AncestralSampler(forward).withPrediction(prediction))
                .withObjective(objective)
                .withRun(record);
    }

    @Override
    public void close() {
        average.close();
        network.close();
    }
}
