package ddpm.training;

import static ddpm.reference.Message.assertMessage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.network.UNetConfig;
import ddpm.reference.TinyModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MuonTest {

    private static final UNetConfig SMALL = UNetConfig.MNIST.withChannels(4, 1, 2, 1);
    private static final double RATE = 0.01;
    private static final int STEPS = 3;
    private static final Trainer.Settings SETTINGS =
            new Trainer.Settings(LearningRate.constant(2e-3), 1, 5);

    @TempDir private Path folder;

    private static UNet network() {
        return UNet.create(SMALL, 1, Device.cpu());
    }

    /** Gradients with one direction that is a hundred times as large as all others. */
    private static float[] gradient(int size, int step) {
        SplittableRandom random = new SplittableRandom(step);
        float[] g = new float[size];
        for (int i = 0; i < size; i++) {
            g[i] = (float) (1 + 0.1 * random.nextGaussian());
        }
        return g;
    }

    /** The weights after some steps. */
    private static float[] after(UNet net, Optimizer optimizer, int from, int to) {
        try (NDManager work = net.manager().newSubManager()) {
            int size = net.weights().count();
            for (int k = from; k <= to; k++) {
                optimizer.step(Tensors.of(work, gradient(size, k), new Shape(size)), RATE);
            }
            return net.weights().flat().toFloatArray();
        }
    }

    private static double[][] matrix(float[] flat, int offset, Shape shape) {
        int rows = (int) shape.get(0);
        int columns = (int) shape.size() / rows;
        double[][] m = new double[rows][columns];
        for (int i = 0; i < rows * columns; i++) {
            m[i / columns][i % columns] = flat[offset + i];
        }
        return rows <= columns ? m : transposed(m);
    }

    private static double[][] transposed(double[][] a) {
        double[][] t = new double[a[0].length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < t.length; j++) {
                t[j][i] = a[i][j];
            }
        }
        return t;
    }

    private static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < c[0].length; j++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    /** p a + q b. */
    private static double[][] sum(double p, double[][] a, double q, double[][] b) {
        double[][] c = new double[a.length][a[0].length];
        for (int i = 0; i < a.length; i++) {
            int row = i;
            Arrays.setAll(c[i], j -> p * a[row][j] + q * b[row][j]);
        }
        return c;
    }

    /** The step as the class comment writes it, without the learning rate. */
    private static double[][] byHand(double[][][] gradients) {
        double[][] zero = sum(0, gradients[0], 0, gradients[0]);
        double[][] m = zero;
        double[][] n = zero;
        for (double[][] g : gradients) {
            m = sum(0.95, m, 0.05, g);
            n = sum(0.95, m, 0.05, g);
        }
        double norm = 0;
        for (double[] row : n) {
            norm += Arrays.stream(row).map(x -> x * x).sum();
        }
        double[][] x = sum(1 / Math.sqrt(norm), n, 0, n);
        for (int k = 0; k < 5; k++) {
            double[][] a = product(x, transposed(x));
            double[][] b = sum(-4.7750, a, 2.0315, product(a, a));
            x = sum(3.4445, x, 1, product(b, x));
        }
        return sum(0.2 * Math.sqrt(x[0].length), x, 0, x);
    }

    @Test
    void hiddenMatricesFollowTheFormulaAndAllElseFollowsAdam() {
        try (UNet net = network();
                UNet other = network()) {
            float[] start = net.weights().flat().toFloatArray();
            Muon muon = new Muon(net.weights());
            float[] before = after(net, muon, 1, STEPS - 1);
            float[] now = after(net, muon, STEPS, STEPS);
            float[] adam = after(other, new AdamW(other.weights()), 1, STEPS);
            int matrices = 0;
            for (String name : net.weights().names()) {
                Shape shape = net.weights().get(name).getShape();
                int offset = net.weights().offset(name);
                int end = offset + (int) shape.size();
                if (shape.dimension() > 1 && !name.matches("(first|last|time\\.1)\\.weight")) {
                    double[][][] g = new double[STEPS][][];
                    for (int k = 1; k <= STEPS; k++) {
                        g[k - 1] = matrix(gradient(start.length, k), offset, shape);
                    }
                    double[][] moved =
                            sum(1, matrix(before, offset, shape), -1, matrix(now, offset, shape));
                    double[][] want = byHand(g);
                    for (int i = 0; i < want.length; i++) {
                        for (int j = 0; j < want[0].length; j++) {
                            assertEquals(want[i][j], moved[i][j] / RATE, 2e-3, name);
                        }
                    }
                    matrices++;
                } else {
                    assertArrayEquals(
                            Arrays.copyOfRange(adam, offset, end),
                            Arrays.copyOfRange(now, offset, end),
                            name);
                }
            }
            assertTrue(matrices > 20, "matrices: " + matrices);
        }
    }

    /** The largest eigenvalue of a symmetric matrix without negative ones. */
    private static double largest(double[][] a) {
        double[][] v = new double[a.length][1];
        for (int i = 0; i < a.length; i++) {
            v[i][0] = 1 + 0.1 * i;
        }
        double length = 0;
        for (int k = 0; k < 2000; k++) {
            double[][] next = product(a, v);
            length = Math.sqrt(Arrays.stream(next).mapToDouble(x -> x[0] * x[0]).sum());
            v = sum(1 / length, next, 0, next);
        }
        return length;
    }

    private static double smallest(double[][] a) {
        double most = largest(a);
        double[][] rest = sum(-1, a, 0, a);
        for (int i = 0; i < a.length; i++) {
            rest[i][i] += most;
        }
        return most - largest(rest);
    }

    @Test
    void allDirectionsOfAMatrixMoveEquallyFar() {
        double[][] g = matrix(gradient(8 * 72, 1), 0, new Shape(8, 72));
        double[][] x = byHand(new double[][][] {g});
        double[][] squares = product(x, transposed(x));
        double length = 0.2 * Math.sqrt(72);
        double[][] of = product(g, transposed(g));
        assertTrue(largest(of) / smallest(of) > 500, "an uneven gradient");
        double far = Math.sqrt(largest(squares)) / length;
        double near = Math.sqrt(smallest(squares)) / length;
        assertTrue(0.6 < near && far < 1.3, near + " to " + far);
    }

    private static Trainer trainer(UNet net, boolean muon) {
        return new Trainer(
                net.weights(),
                TinyModel.simple(net),
                SETTINGS,
                Optional.empty(),
                muon ? new Muon(net.weights()) : new AdamW(net.weights()));
    }

    @Test
    void aResumedTrainingEndsAtTheBitsOfTheStraightOne() {
        Path path = folder.resolve("muon.safetensors");
        float[] want;
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu());
                CheckpointFile file = CheckpointFile.open(path)) {
            Trainer trainer = trainer(net, true);
            trainer.run(4, TinyModel.DATA, s -> {});
            file.save(net, trainer, Map.of());
            trainer.run(5, TinyModel.DATA, s -> {});
            want = net.weights().flat().toFloatArray();
        }
        try (UNet net = UNet.create(TinyModel.CONFIG, 9, Device.cpu())) {
            assertMessage(
                    "optimizer is Muon 0.95, else AdamW Settings",
                    () -> Checkpoint.load(path).resume(trainer(net, false)));
            Trainer trainer = trainer(net, true);
            Checkpoint.load(path).resume(trainer);
            trainer.run(5, TinyModel.DATA, s -> {});
            assertArrayEquals(want, net.weights().flat().toFloatArray());
        }
    }

    @Test
    void unitsThatDieAreTold() {
        try (UNet net = UNet.create(TrainerTest.TINY, 1, Device.cpu())) {
            Trainer trainer = trainer(net, true);
            trainer.run(DeadUnits.LEAST_STEPS, TrainerTest.DATA, s -> {});
            assertEquals(Map.of(), DeadUnits.of(trainer).dead());
            WatchdogTest.kill(net, "down.1.0.norm2.beta");
            trainer.run(300, TrainerTest.DATA, s -> {});
            assertEquals(8, DeadUnits.of(trainer).dead().get("down.1.0.norm2"));
            assertNull(DeadUnits.of(trainer).dead().get("down.1.0.conv1")); // its matrix
            trainer.run(100, TrainerTest.DATA, s -> {});
            assertEquals(8, DeadUnits.of(trainer).dead().get("down.1.0.conv1"));
        }
    }

    @Test
    void badArgumentsAreNamed() {
        try (UNet net = network();
                NDManager work = net.manager().newSubManager()) {
            Muon muon = new Muon(net.weights());
            assertMessage("the gradient is (3)", () -> muon.step(work.zeros(new Shape(3)), 1e-3));
            var right = work.zeros(net.weights().flat().getShape());
            assertMessage("got 0.0", () -> muon.step(right, 0));
            try (UNet other = network()) {
                assertMessage(
                        "changes other weights",
                        () ->
                                new Trainer(
                                        other.weights(),
                                        (b, d) -> b,
                                        SETTINGS,
                                        Optional.empty(),
                                        muon));
            }
        }
    }
}
