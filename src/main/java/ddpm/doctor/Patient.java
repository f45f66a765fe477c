package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.measure.Features;
import ddpm.network.Compute;
import ddpm.network.UNet;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import ddpm.training.MovingAverage;
import ddpm.training.Objective;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;

/** All that the doctor was given. */
final class Patient {

    /** A score, and what it is of. */
    record Scored(ToDoubleBiFunction<Features, Features> score, Features samples, Features real) {}

    final NoisePredictor network;
    final Prediction prediction;
    final ForwardProcess forward;
    long seed;
    Optional<Function<NDManager, NDArray>> data = Optional.empty();
    Optional<Sampler> sampler = Optional.empty();
    Optional<NDArray> samples = Optional.empty();
    Optional<NoisePredictor> averaged = Optional.empty();
    Optional<MovingAverage> average = Optional.empty();
    Optional<RunRecord> run = Optional.empty();
    Optional<Function<NoisePredictor, Objective>> objective = Optional.empty();
    Optional<Scored> scored = Optional.empty();

    Patient(NoisePredictor network, Prediction prediction, ForwardProcess forward) {
        this.network = network;
        this.prediction = prediction;
        this.forward = forward;
    }

    /** A copy, to be changed before anybody sees it. */
    Patient(Patient other) {
        this(other.network, other.prediction, other.forward);
        seed = other.seed;
        data = other.data;
        sampler = other.sampler;
        samples = other.samples;
        averaged = other.averaged;
        average = other.average;
        run = other.run;
        objective = other.objective;
        scored = other.scored;
    }

    /** T. */
    int steps() {
        return forward.schedule().steps();
    }

    /** The network that is sampled with: the averaged one if there is one. */
    NoisePredictor best() {
        return averaged.orElse(network);
    }

    Optional<UNet> unet() {
        return network instanceof UNet net ? Optional.of(net) : Optional.empty();
    }

    /** A manager on the network's device, for one check. */
    NDManager open() {
        return Compute.manager(unet().map(UNet::device).orElseGet(Compute::device));
    }

    /** A stream of its own for each check, so that one more check leaves the others as they are. */
    SplittableRandom random(Class<?> check) {
        return new SplittableRandom(seed + 31L * check.getSimpleName().hashCode());
    }
}
