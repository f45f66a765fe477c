package ddpm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import ddpm.Tensors;
import ddpm.network.Torch;
import ddpm.network.Weights;
import java.util.List;

/**
 * Adam with decoupled weight decay, Loshchilov and Hutter (2019), Alg. 2, in one fused call on the
 * flat parameter buffer.
 *
 * <pre>
 * m ← β_1 m + (1 - β_1) g,   v ← β_2 v + (1 - β_2) g²
 * θ ← θ - η (m / (1 - β_1^k) / (√(v / (1 - β_2^k)) + ε) + λ θ)
 * </pre>
 *
 * <p>Its two moments belong to the manager of the weights.
 */
public final class AdamW extends Optimizer {

    private static final String STEP =
            """
            def adamw(self: __torch__.M, p: List[Tensor], g: List[Tensor], m: List[Tensor], \
            v: List[Tensor], k: List[Tensor], lr: Tensor) -> Tensor:
              torch._fused_adamw_(p, g, m, v, annotate(List[Tensor], []), k, lr=lr, \
            beta1=%s, beta2=%s, weight_decay=%s, eps=%s, amsgrad=False, maximize=False, \
            grad_scale=None, found_inf=None)
              return p[0]
            """;

    private final Settings settings;
    private final Torch torch;
    private final NDArray first;
    private final NDArray second;
    private final NDArray count;
    private final NDArray one;

    /**
     * The settings.
     *
     * @param beta1 memory of the mean gradient, in [0, 1)
     * @param beta2 memory of the mean square, in [0, 1)
     * @param epsilon keeps the division finite, positive
     * @param decay weight decay λ, at least 0
     */
    public record Settings(double beta1, double beta2, double epsilon, double decay) {

        /** Adam as the paper uses it: 0.9, 0.999, 1e-8, no decay. Ho et al. (2020), App. B. */
        public static final Settings DDPM = new Settings(0.9, 0.999, 1e-8, 0);

        /**
         * Checks the ranges.
         *
         * @param beta1 memory of the mean gradient, in [0, 1)
         * @param beta2 memory of the mean square, in [0, 1)
         * @param epsilon keeps the division finite, positive
         * @param decay weight decay λ, at least 0
         */
        public Settings {
            Check.that(0 <= beta1 && beta1 < 1, "beta1 must be in [0, 1), got %s", beta1);
            Check.that(0 <= beta2 && beta2 < 1, "beta2 must be in [0, 1), got %s", beta2);
            Check.that(0 < epsilon && epsilon < 1, "epsilon must be in (0, 1), got %s", epsilon);
            Check.that(0 <= decay && decay < 1, "decay must be in [0, 1), got %s", decay);
        }
    }

    /**
     * An optimiser with the paper's settings.
     *
     * @param weights the parameters that it changes
     */
    public AdamW(Weights weights) {
        this(weights, Settings.DDPM);
    }

    /**
     * An optimiser.
     *
     * @param weights the parameters that it changes
     * @param settings its settings
     */
    public AdamW(Weights weights, Settings settings) {
        super(weights);
        this.settings = settings;
        NDManager manager = weights.manager();
        torch = new Torch(manager, List.of(source(settings)));
        first = manager.zeros(weights.flat().getShape());
        second = manager.zeros(weights.flat().getShape());
        count = manager.zeros(new Shape());
        one = manager.ones(new Shape());
    }

    private static String source(Settings s) {
        return STEP.formatted(s.beta1(), s.beta2(), s.decay(), s.epsilon());
    }

    @Override
    void move(NDArray gradient, double learningRate) {
        count.addi(one);
        NDArray flat = weights.flat();
        List<NDArray> changed = List.of(flat, gradient, first, second, count);
        try (NDArray rate = gradient.getManager().full(new Shape(), (float) learningRate);
                NDArray same = torch.callInPlace("adamw", changed, rate)) {
            Check.that(same.getShape().equals(flat.getShape()), "AdamW returned %s", same);
        }
    }

    @Override
    float[] first() {
        return Tensors.floats(first);
    }

    @Override
    float[] second() {
        return Tensors.floats(second);
    }

    @Override
    float count() {
        return count.getFloat();
    }

    @Override
    void restore(float[] newFirst, float[] newSecond, float newCount) {
        Tensors.write(first, newFirst);
        Tensors.write(second, newSecond);
        Tensors.write(count, newCount);
    }

    @Override
    public String toString() {
        return "AdamW " + settings;
    }
}
