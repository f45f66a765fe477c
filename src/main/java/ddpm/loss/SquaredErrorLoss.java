package ddpm.loss;

import ai.djl.ndarray.NDArray;
import ddpm.Check;
import ddpm.TensorCheck;
import ddpm.forward.ForwardProcess;
import ddpm.forward.LinearCombination;
import ddpm.posterior.Prediction;
import java.util.Arrays;

/**
 * The weighted squared error of what the network answers. Ho et al. (2020), Eq. 12 and 14.
 *
 * <pre>L = mean over images n of  w(t_n) · mean over dimensions of (target - output)²</pre>
 *
 * <p>It is the mean over the dimensions and not the sum of the paper, so that the size of the image
 * does not change the learning rate; multiply by C H W to compare with Eq. 12.
 *
 * @param forward the forward process
 * @param prediction what the output of the network stands for
 * @param weight the weight of a step
 */
public record SquaredErrorLoss(ForwardProcess forward, Prediction prediction, LossWeight weight)
        implements DiffusionLoss {

    /**
     * The same loss for a network whose output stands for something else.
     *
     * @param other what the output stands for
     * @return the new loss
     */
    public SquaredErrorLoss withPrediction(Prediction other) {
        return new SquaredErrorLoss(forward, other, weight);
    }

    /**
     * The same loss with another weight for each step.
     *
     * @param other the weight of a step
     * @return the new loss
     */
    public SquaredErrorLoss withWeight(LossWeight other) {
        return new SquaredErrorLoss(forward, prediction, other);
    }

    @Override
    public NDArray loss(NoisePredictor network, NDArray x0, int[] t, NDArray eps) {
        NDArray xt = forward.sample(x0, t, eps);
        double[] weights = Arrays.stream(t).mapToDouble(this::checkedWeight).toArray();
        NDArray target = prediction.target(forward, x0, t, eps);
        NDArray output = network.predict(xt, t);
        TensorCheck.sameShape("the target", target, "the network's output", output);
        NDArray error = target.sub(output);
        NDArray perImage = error.mul(error).reshape(t.length, -1).mean(new int[] {1});
        return LinearCombination.column(perImage, weights).mul(perImage).mean();
    }

    private double checkedWeight(int t) {
        double value = weight.at(t);
        Check.that(
                0 <= value && value < Double.POSITIVE_INFINITY,
                "the weight must be >= 0 and finite, got %s at t = %d",
                value,
                t);
        return value;
    }
}
