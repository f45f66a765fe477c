package ddpm.proof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.forward.ForwardProcess;
import ddpm.loss.DiffusionLoss;
import ddpm.loss.LossWeight;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.reference.Moments;
import ddpm.training.Draws;
import ddpm.training.NoiseObjective;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** F16: L_simple, and the step that is drawn for it. */
final class SimpleLossProofs {

    private static final int N = 400_000;
    private static final ForwardProcess FORWARD = new ForwardProcess(Grid.SHORT);

    private SimpleLossProofs() {}

    static List<Proof<?>> all() {
        return List.of(draw(), loss());
    }

    private static Proof<?> draw() {
        return Proof.<Draw>of(
                        "F16",
                        "t is uniform on 1 … T",
                        SimpleLossProofs::checkDraw,
                        SimpleLossProofs::libraryDraw)
                .accepts("1 + a draw of 0 … T-1", own(r -> 1 + r.nextInt(10)))
                .rejects("0 … T-1, with 0 taken as 1", own(r -> Math.max(1, r.nextInt(10))))
                .rejects("the first step never drawn", own(r -> 2 + r.nextInt(9)))
                .rejects("the last step never drawn", own(r -> 1 + r.nextInt(9)))
                .rejects("0 … T-1", own(r -> r.nextInt(10)))
                .rejects(
                        "a rounded real number",
                        own(r -> (int) Math.round(1 + 9 * r.nextDouble())));
    }

    private static Draw own(One one) {
        return () -> {
            var random = new SplittableRandom(12);
            return IntStream.range(0, N).map(i -> one.next(random)).toArray();
        };
    }

    private static int[] libraryDraw() {
        int[][] seen = new int[1][];
        DiffusionLoss spy =
                (network, x0, t, eps) -> {
                    seen[0] = t;
                    return x0.mean();
                };
        try (NDManager manager = NDManager.newBaseManager()) {
            NDArray batch = manager.zeros(new Shape(N, 1, 1, 1));
            new NoiseObjective(spy, (xt, t) -> xt, 10).loss(batch, new Draws(12, 1));
        }
        return seen[0];
    }

    /** The share of each step, 5 standard errors, ten comparisons: once in 170 000 fresh seeds. */
    private static void checkDraw(Draw draw) {
        int[] t = draw.steps();
        assertTrue(Arrays.stream(t).allMatch(step -> 1 <= step && step <= 10));
        for (int step = 1; step <= 10; step++) {
            int wanted = step;
            double share = (double) Arrays.stream(t).filter(k -> k == wanted).count() / N;
            assertEquals(0.1, share, Moments.THRESHOLD * Math.sqrt(0.1 * 0.9 / N));
        }
    }

    private static Proof<?> loss() {
        LossWeight bound = LossWeight.ofBound(FORWARD, Prediction.EPSILON, ReverseVariance.BETA);
        return Proof.<Loss>of(
                        "F16",
                        "the squared error of ε with weight 1",
                        SimpleLossProofs::checkLoss,
                        SimpleLossProofs::libraryLoss)
                .rejects(
                        "the weight of the bound",
                        (n, x0, t, eps) -> bound.at(t) * libraryLoss(n, x0, t, eps))
                .rejects("the factor ½", (n, x0, t, eps) -> libraryLoss(n, x0, t, eps) / 2)
                .accepts(
                        "the formula",
                        (n, x0, t, eps) -> Math.pow(eps - n.eps(FORWARD.sample(x0, t, eps), t), 2))
                .rejects(
                        "x_0 for ε",
                        (n, x0, t, eps) -> Math.pow(x0 - n.eps(FORWARD.sample(x0, t, eps), t), 2))
                .rejects("the network sees x_0", (n, x0, t, eps) -> Math.pow(eps - n.eps(x0, t), 2))
                .rejects(
                        "the network is told t - 1",
                        (n, x0, t, eps) -> libraryLoss((xt, k) -> n.eps(xt, k - 1), x0, t, eps))
                .rejects("no square", (n, x0, t, eps) -> Math.sqrt(libraryLoss(n, x0, t, eps)));
    }

    private static double libraryLoss(Network network, double x0, int t, double eps) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return DiffusionLoss.simple(FORWARD)
                    .loss(
                            (xt, k) -> one(manager, network.eps(xt.toFloatArray()[0], k[0])),
                            one(manager, x0),
                            new int[] {t},
                            one(manager, eps))
                    .getFloat();
        }
    }

    private static NDArray one(NDManager manager, double value) {
        return Tensors.of(manager, new float[] {(float) value}, new Shape(1, 1, 1, 1));
    }

    private static void checkLoss(Loss loss) {
        Network network = (xt, t) -> 0.3 * xt + 0.1 * t;
        for (int t = 1; t <= 10; t++) {
            double xt = Math.sqrt(Grid.SHORT.alphaBar(t)) * 0.6;
            xt -= Math.sqrt(Grid.SHORT.oneMinusAlphaBar(t)) * 1.1;
            double error = -1.1 - network.eps(xt, t);
            assertEquals(error * error, loss.of(network, 0.6, t, -1.1), 1e-5); // float32
        }
    }

    @FunctionalInterface
    private interface One {
        int next(SplittableRandom random);
    }

    /** The steps of 400 000 images, T = 10. */
    @FunctionalInterface
    private interface Draw {
        int[] steps();
    }

    @FunctionalInterface
    private interface Network {
        double eps(double xt, int t);
    }

    @FunctionalInterface
    private interface Loss {
        double of(Network network, double x0, int t, double eps);
    }
}
