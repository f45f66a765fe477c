package ddpm.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.network.Torch;
import ddpm.network.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Muon, Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks":
 * orthogonalises the step of every matrix, so that it goes equally far in all directions, where a
 * gradient has a few large ones and many small ones. A convolution is the matrix (out, in · k · k).
 *
 * <pre>
 * M ← μ M + (1 - μ) G,   N = μ M + (1 - μ) G,   X = N / ‖N‖
 * five times:  A = X Xᵀ,  X ← a X + (b A + c A²) X
 * W ← W - η · 0.2 √max(rows, columns) · X
 * </pre>
 *
 * <p>μ = 0.95, a = 3.4445, b = -4.7750, c = 2.0315. The five rounds bring the singular values of X
 * near 1 (between 0.7 and 1.2). The factor, of Liu et al. (2025), "Muon is scalable for LLM
 * training", makes an element's step as long as {@link AdamW}'s, so that both go with one learning
 * rate η. Biases, norms, the first and the last layer, and the first of the time embedding are
 * {@link AdamW}'s.
 *
 * <p>Its arrays belong to the manager of the weights.
 */
public final class Muon extends Optimizer {

    static final double MOMENTUM = 0.95; // μ
    static final double LENGTH = 0.2; // AdamW's usual root mean square of a step, over η
    static final double[] POLYNOMIAL = {3.4445, -4.7750, 2.0315}; // a, b, c
    static final int ROUNDS = 5;

    private static final Set<String> ENDS = Set.of("first", "last", "time.1"); // layers
    private static final String STEP =
            """
            def muon(self: __torch__.M, w: Tensor, g: Tensor, m: Tensor, rate: Tensor) -> Tensor:
              m1 = torch.lerp_(m, g, %1$s)
              n = torch.lerp(m1, g, %1$s)
              x = torch.div(n, torch.add(torch.norm(n), 1.0e-07))
              for _0 in range(%2$d):
                a = torch.matmul(x, torch.t(x))
                b = torch.add(torch.mul(a, %4$s), torch.mul(torch.matmul(a, a), %5$s))
                x = torch.add(torch.mul(x, %3$s), torch.matmul(b, x))
              return torch.sub_(w, torch.mul(x, rate))
            def squares(self: __torch__.M, v: Tensor, g: Tensor) -> Tensor:
              return torch.lerp_(v, torch.square(g), %6$s)
            """;

    private final AdamW others;
    private final Torch torch;
    private final NDArray momentum; // M of the matrices; nothing reads the rest
    private final NDArray squares; // v of the matrices, which no step needs; likewise
    private final NDArray isOther; // 1 for a parameter of AdamW, 0 for one of a matrix
    private final List<Matrix> matrices = new ArrayList<>();

    /** A matrix in the flat buffers: from its first element to behind its last. */
    private record Matrix(int from, int to, int rows) {

        /** The part of a buffer, with no more rows than columns; written through. */
        NDArray of(NDArray flat, NDManager owner) {
            NDArray part = flat.get(new NDIndex().addSliceDim(from, to));
            part.attach(owner);
            NDArray matrix = part.reshape(rows, columns());
            return rows <= columns() ? matrix : matrix.transpose();
        }

        int columns() {
            return (to - from) / rows;
        }

        double length() {
            return LENGTH * Math.sqrt(Math.max(rows, columns()));
        }
    }

    /**
     * An optimiser; {@link AdamW}'s part has the paper's settings.
     *
     * @param weights the parameters that it changes
     */
    public Muon(Weights weights) {
        super(weights);
        NDManager manager = weights.manager();
        AdamW.Settings paper = AdamW.Settings.DDPM;
        others = new AdamW(weights, paper);
        torch = new Torch(manager, List.of(source(paper)));
        float[] other = new float[weights.count()];
        Arrays.fill(other, 1);
        for (String name : weights.names()) {
            Shape shape = weights.get(name).getShape();
            if (isMatrix(name, shape)) {
                int from = weights.offset(name);
                int to = from + (int) shape.size();
                matrices.add(new Matrix(from, to, (int) shape.get(0)));
                Arrays.fill(other, from, to, 0);
            }
        }
        momentum = manager.zeros(weights.flat().getShape());
        squares = manager.zeros(weights.flat().getShape());
        isOther = Tensors.of(manager, other, weights.flat().getShape());
    }

    private static String source(AdamW.Settings paper) {
        double[] p = POLYNOMIAL;
        return STEP.formatted(1 - MOMENTUM, ROUNDS, p[0], p[1], p[2], 1 - paper.beta2());
    }

    private static boolean isMatrix(String name, Shape shape) {
        return shape.dimension() > 1 && !ENDS.contains(name.substring(0, name.lastIndexOf('.')));
    }

    @Override
    void move(NDArray gradient, double learningRate) {
        try (NDManager work = gradient.getManager().newSubManager()) {
            NDArray theirs = gradient.mul(isOther);
            theirs.attach(work);
            others.step(theirs, learningRate);
            torch.call("squares", squares, gradient).close();
            for (Matrix matrix : matrices) {
                NDArray w = matrix.of(weights.flat(), work);
                NDArray g = matrix.of(gradient, work);
                NDArray m = matrix.of(momentum, work);
                NDArray rate = work.full(new Shape(), (float) (learningRate * matrix.length()));
                torch.call("muon", w, g, m, rate);
            }
        }
    }

    @Override
    float[] first() {
        return joined(others.first(), momentum);
    }

    @Override
    float[] second() {
        return joined(others.second(), squares);
    }

    /** The values of AdamW, and in the place of the matrices ours. */
    private float[] joined(float[] theirs, NDArray ours) {
        float[] values = Tensors.floats(ours);
        for (Matrix m : matrices) {
            System.arraycopy(values, m.from(), theirs, m.from(), m.to() - m.from());
        }
        return theirs;
    }

    @Override
    float count() {
        return others.count();
    }

    @Override
    void restore(float[] newFirst, float[] newSecond, float newCount) {
        float[] first = newFirst.clone();
        float[] second = newSecond.clone();
        for (Matrix m : matrices) {
            Arrays.fill(first, m.from(), m.to(), 0);
            Arrays.fill(second, m.from(), m.to(), 0);
        }
        others.restore(first, second, newCount);
        Tensors.write(momentum, newFirst);
        Tensors.write(squares, newSecond);
    }

    @Override
    public String toString() {
        return "Muon " + MOMENTUM + ", else " + others;
    }
}
