package ddpm.pretrained;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.data.ImageSet;
import ddpm.data.Mnist;
import ddpm.forward.ForwardProcess;
import ddpm.measure.DigitClassifier;
import ddpm.measure.Features;
import ddpm.measure.FrechetDistance;
import ddpm.sampling.SecondOrderSampler;
import ddpm.sampling.StepSubset;
import ddpm.training.TrainingListener;

/**
 * A budget of multiplications, to be divided between training a model of MNIST digits and drawing
 * with it; and the score of a {@link FrugalRecipe} that has to do with it. Multiplications are
 * counted and not seconds, so that a recipe makes the same steps on every machine.
 *
 * <pre>training = 3 · batch · steps · m,  drawing = images · sampler steps · m</pre>
 *
 * <p>with m = {@link ddpm.network.UNetConfig#multiplications}: the way back of a training step
 * takes twice the multiplications of the way forward.
 *
 * @param multiplications the budget
 * @param images how many images are drawn and scored
 */
public record Frugality(double multiplications, int images) {

    /** Some minutes of one processor core. */
    public static final Frugality FULL = new Frugality(1e12, 500);

    /** A few seconds, which only show that all works. */
    public static final Frugality SMALL = new Frugality(1e10, 80);

    private static final int PASSES = 3; // of a training step: one forward, and two back
    private static final int SEED = 5;

    /**
     * Checks the ranges.
     *
     * @param multiplications the budget, positive and finite
     * @param images how many images are drawn and scored, more than the classifier has features
     */
    public Frugality {
        Check.that(
                0 < multiplications && multiplications < Double.POSITIVE_INFINITY,
                "the budget must be positive and finite, got %s",
                multiplications);
        Check.that(images >= 1, "images must be >= 1, got %d", images);
    }

    /**
     * How many training steps are left when the images are paid for.
     *
     * @param recipe the choices
     * @return the number of steps, at least 1
     * @throws IllegalArgumentException if there is not enough for one step
     */
    public int trainingSteps(FrugalRecipe recipe) {
        double m = recipe.network().multiplications();
        double drawing = m * images * recipe.samplerSteps();
        double step = PASSES * m * recipe.batch();
        int steps = (int) Math.floor((multiplications - drawing) / step);
        Check.that(
                steps >= 1,
                "the budget of %.3g multiplications does not pay for drawing %d images, which"
                        + " takes %.3g, and for a training step, which takes %.3g: %s",
                multiplications,
                images,
                drawing,
                step,
                recipe);
        return steps;
    }

    /**
     * Trains and draws, always from the same seeds.
     *
     * @param recipe the choices
     * @param listener is told of each training step
     * @return the images drawn
     * @throws IllegalArgumentException if the budget does not pay for one training step
     */
    public ImageSet draw(FrugalRecipe recipe, TrainingListener listener) {
        Recipe plan = recipe.training(trainingSteps(recipe));
        try (Training training = Training.of(plan)) {
            training.trainer().run(plan.steps(), plan.batches(Training.SEED_OF_ORDER), listener);
            var network = training.network().withWeights(training.average().weights());
            var model =
                    new Pretrained(network, new ForwardProcess(plan.schedule()), plan.prediction());
            var steps = StepSubset.uniform(plan.schedule().steps(), recipe.samplerSteps());
            var sampler = new SecondOrderSampler(model.denoiser(), steps);
            try (NDArray drawn = model.sample(network.manager(), images, sampler, SEED)) {
                return ImageSet.of(drawn);
            }
        }
    }

    /**
     * The Fréchet distance of images from MNIST's test images, in the features of the {@link
     * DigitClassifier}. Compare it only with that of equally many images.
     *
     * @param drawn grey, 28 × 28, more than 64
     * @return the distance
     */
    public static double score(ImageSet drawn) {
        return FrechetDistance.between(features(drawn), Real.FEATURES);
    }

    private static Features features(ImageSet images) {
        try (DigitClassifier classifier = DigitClassifier.shipped()) {
            return classifier.read(images).features();
        }
    }

    /** Read once, when the first images are scored. */
    private static final class Real {
        static final Features FEATURES = features(Mnist.test());
    }

    /**
     * Trains, draws and scores.
     *
     * @param recipe the choices
     * @return the Fréchet distance
     * @throws IllegalArgumentException if the budget does not pay for one training step
     */
    public double score(FrugalRecipe recipe) {
        return score(draw(recipe, step -> {}));
    }
}
