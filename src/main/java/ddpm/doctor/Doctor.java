package ddpm.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.NoGradient;
import ddpm.TensorCheck;
import ddpm.Tensors;
import ddpm.WorkStopped;
import ddpm.data.ImageSet;
import ddpm.forward.ForwardProcess;
import ddpm.loss.NoisePredictor;
import ddpm.measure.Features;
import ddpm.network.Compute;
import ddpm.network.UNet;
import ddpm.posterior.Prediction;
import ddpm.sampling.Sampler;
import ddpm.training.MovingAverage;
import ddpm.training.NoiseObjective;
import ddpm.training.Objective;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * Finds out why a model draws noise. Give it what you have; it looks for what it can see, and says
 * what it could not look for.
 *
 * <pre>
 * Doctor.of(network, prediction, forward)
 *     .withData(images).withSampler(sampler).withObjective(objective).withRun(record)
 *     .examine(1)
 * </pre>
 *
 * <p>It asks the networks a few hundred times one image, and the sampler for eight images.
 */
public final class Doctor {

    private static final int MOST_IMAGES = 256;

    private static final List<Exam> EXAMS =
            List.of(
                    new DataExam(),
                    new ScheduleExam(),
                    new RunExam(),
                    new ObjectiveExam(),
                    new NetworkExam(),
                    new AverageExam(),
                    new SamplerExam(),
                    new SampleExam(),
                    new ScoreExam());

    private final Patient patient;

    private Doctor(Patient patient) {
        this.patient = patient;
    }

    /**
     * A doctor for a model.
     *
     * @param network the network as it is trained; a {@link UNet} shows its weights too
     * @param prediction what its output is meant to stand for
     * @param forward the forward process
     * @return a doctor who knows nothing else yet
     */
    public static Doctor of(NoisePredictor network, Prediction prediction, ForwardProcess forward) {
        return new Doctor(new Patient(network, prediction, forward));
    }

    private Doctor with(Consumer<Patient> change) {
        Patient next = new Patient(patient);
        change.accept(next);
        return new Doctor(next);
    }

    /**
     * The same with training images. At most {@value #MOST_IMAGES} of them are looked at, spread
     * over the set.
     *
     * @param images the images
     * @return a doctor who knows more
     */
    public Doctor withData(ImageSet images) {
        int count = Math.min(MOST_IMAGES, images.size());
        int[] some =
                IntStream.range(0, count)
                        .map(i -> (int) ((long) i * images.size() / count))
                        .toArray();
        return with(p -> p.data = Optional.of(manager -> images.batch(manager, some)));
    }

    /**
     * The same with a batch just as it is given to the network in training.
     *
     * @param batch float32 (N, C, H, W); the first {@value #MOST_IMAGES} images are looked at, and
     *     copied at once
     * @return a doctor who knows more
     */
    public Doctor withData(NDArray batch) {
        checkImages("the batch", batch);
        try (NDArray some = batch.get("0:" + MOST_IMAGES)) {
            float[] pixels = Tensors.floats(some);
            Shape shape = some.getShape();
            return with(p -> p.data = Optional.of(m -> Tensors.of(m, pixels, shape)));
        }
    }

    /**
     * The same with the sampler that draws the noise. It is asked to draw a few images.
     *
     * @param sampler the sampler
     * @return a doctor who knows more
     */
    public Doctor withSampler(Sampler sampler) {
        return with(p -> p.sampler = Optional.of(sampler));
    }

    /**
     * The same with images that the model drew; without them the doctor draws some.
     *
     * @param samples float32 (N, C, H, W); must stay open
     * @return a doctor who knows more
     */
    public Doctor withSamples(NDArray samples) {
        checkImages("the samples", samples);
        return with(p -> p.samples = Optional.of(samples));
    }

    /**
     * The same with the moving average of the weights.
     *
     * @param average of the weights of the network, which must be a {@link UNet}
     * @return a doctor who knows more
     */
    public Doctor withAverage(MovingAverage average) {
        Check.that(
                patient.network instanceof UNet,
                "a moving average needs a UNet, got %s; give the averaged network instead",
                patient.network.getClass().getSimpleName());
        NoisePredictor averaged = ((UNet) patient.network).withWeights(average.weights());
        return with(
                p -> {
                    p.average = Optional.of(average);
                    p.averaged = Optional.of(averaged);
                });
    }

    /**
     * The same with the network that has the averaged weights.
     *
     * @param averaged the network that is sampled with
     * @return a doctor who knows more
     */
    public Doctor withAverage(NoisePredictor averaged) {
        return with(p -> p.averaged = Optional.of(averaged));
    }

    /**
     * The same with what a training recorded. If its trainer keeps a moving average, that is taken
     * too.
     *
     * @param run was the listener of the training
     * @return a doctor who knows more
     */
    public Doctor withRun(RunRecord run) {
        Doctor next = with(p -> p.run = Optional.of(run));
        Optional<MovingAverage> average = run.trainer().average();
        return average.isPresent() && patient.unet().isPresent() && patient.averaged.isEmpty()
                ? next.withAverage(average.get())
                : next;
    }

    /**
     * The same with the objective of the training.
     *
     * @param objective the objective; its loss is asked about a network whose answers are known
     * @return a doctor who knows more
     */
    public Doctor withObjective(NoiseObjective objective) {
        return withObjective(
                network -> new NoiseObjective(objective.loss(), network, objective.steps()));
    }

    /**
     * The same with an objective of your own.
     *
     * @param objective makes the objective of a network
     * @return a doctor who knows more
     */
    public Doctor withObjective(Function<NoisePredictor, Objective> objective) {
        return with(p -> p.objective = Optional.of(objective));
    }

    /**
     * The same with a score.
     *
     * @param score computes it, such as {@code FrechetDistance::between}
     * @param samples features of the images that were scored
     * @param real features of real images
     * @return a doctor who knows more
     */
    public Doctor withScore(
            ToDoubleBiFunction<Features, Features> score, Features samples, Features real) {
        return with(p -> p.scored = Optional.of(new Patient.Scored(score, samples, real)));
    }

    private static void checkImages(String name, NDArray images) {
        TensorCheck.batch(name, images);
        Check.that(
                images.getShape().dimension() == 4,
                "%s must be (N, C, H, W), got %s",
                name,
                images.getShape());
    }

    /**
     * Looks for every fault that can be seen with what was given.
     *
     * @param seed of the noise that the checks draw
     * @return what was found; show it as the value of a cell
     */
    public Findings examine(long seed) {
        Patient now = new Patient(patient);
        now.seed = seed;
        Compute.engine(); // which NoGradient needs
        Report report = new Report();
        NoGradient.run(
                () -> {
                    for (Exam exam : EXAMS) {
                        WorkStopped.ifInterrupted("the doctor");
                        exam.examine(now, report);
                    }
                });
        return report.findings();
    }
}
