package ddpm.training;

import ai.djl.ndarray.NDArray;
import ddpm.Tensors;
import ddpm.loss.DiffusionLoss;
import ddpm.loss.NoisePredictor;
import java.util.random.RandomGenerator;

/**
 * The inner lines of training: draw a step and noise for each image, and ask the loss. Ho et al.
 * (2020), Algorithm 1.
 *
 * <pre>t ~ Uniform({1, …, T}),  ε ~ N(0, I)</pre>
 *
 * @param loss the loss, given x_0, t and ε
 * @param network the network that is trained, with its dropout on
 * @param steps T
 */
public record NoiseObjective(DiffusionLoss loss, NoisePredictor network, int steps)
        implements Objective {

    @Override
    public NDArray loss(NDArray batch, Draws draws) {
        RandomGenerator random = draws.timesteps();
        int[] t = random.ints(batch.getShape().get(0), 1, steps + 1).toArray();
        NDArray eps = Tensors.normal(batch.getManager(), batch.getShape(), draws.noise());
        return loss.loss(network, batch, t, eps);
    }
}
