package ddpm.proof;

import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ddpm.forward.ForwardProcess;
import ddpm.loss.VariationalBound;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Grid;
import ddpm.reference.LinearModel;
import ddpm.reference.Moments;
import ddpm.schedule.CosineSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** F7 and F8: the bound is above the code length by a divergence, and it is a sum over steps. */
final class BoundProofs {

    private static final double X0 = 0.4;
    private static final List<NoiseSchedule> SCHEDULES =
            List.of(Grid.SHORT, LinearSchedule.rescaled(50), new CosineSchedule(7));

    private BoundProofs() {}

    static List<Proof<?>> all() {
        return List.of(bound(), paths(), means());
    }

    private static Proof<?> bound() {
        return Proof.<Terms>of(
                        "F7",
                        "the bound is the code length and a divergence",
                        BoundProofs::checkBound,
                        BoundProofs::terms)
                .rejects("L_T is lost", (f, mu, x) -> without(x.length - 1, terms(f, mu, x)))
                .rejects("L_1 is lost", (f, mu, x) -> without(1, terms(f, mu, x)))
                .rejects("L_0 is lost", (f, mu, x) -> without(0, terms(f, mu, x)))
                .rejects(
                        "the factor ½ is lost",
                        (f, mu, x) -> {
                            double[] twice =
                                    Arrays.stream(terms(f, mu, x)).map(v -> 2 * v).toArray();
                            twice[0] /= 2; // no factor ½ in L_0
                            return twice;
                        })
                .rejects(
                        "the mean of the step before",
                        (f, mu, x) -> terms(f, (y, t) -> mu.of(y, Math.max(1, t - 1)), x))
                .rejects(
                        "β̃ for β in the model",
                        (f, mu, x) -> terms(f, mu, x, ReverseVariance.POSTERIOR));
    }

    /** L_0 … L_T by the library; the density stands for the decoder in L_0. */
    private static double[] terms(ForwardProcess forward, Mean mu, double[] x) {
        return terms(forward, mu, x, ReverseVariance.BETA);
    }

    private static double[] terms(ForwardProcess f, Mean mu, double[] x, ReverseVariance v) {
        var bound = new VariationalBound(f, Prediction.MEAN, v);
        double[] terms = new double[x.length];
        terms[0] = -logNormal(x[0], mu.of(x[1], 1), f.schedule().beta(1));
        for (int t = 2; t < x.length; t++) {
            terms[t - 1] = bound.term(x[0], x[t], t, mu.of(x[t], t));
        }
        terms[x.length - 1] = bound.prior(x[0]);
        return terms;
    }

    private static double[] without(int index, double[] terms) {
        terms[index] = 0;
        return terms;
    }

    /** Data and steps back Gaussian, so that the code length and the gap are known. */
    private static void checkBound(Terms terms) {
        for (NoiseSchedule s : List.of(Grid.SHORT, new CosineSchedule(7), LinearSchedule.DDPM)) {
            for (double c : new double[] {0.2, 3}) {
                for (double factor : new double[] {0.8, 1.05}) {
                    var model = new LinearModel(new ForwardProcess(s), c, t -> factor);
                    double expected = model.codeLength() + model.gap();
                    double size = expected + s.steps() * 10;
                    assertExact(expected, mean(terms, model), size);
                    assertTrue(mean(terms, model) > model.codeLength());
                }
            }
        }
    }

    /** The terms are quadratic in x_0 and ε, so four points give their mean exactly. */
    private static double mean(Terms terms, LinearModel model) {
        double sum = 0;
        for (double eps : new double[] {-1, 1}) {
            double[] x = new double[model.steps() + 1];
            x[0] = Math.sqrt(model.c());
            for (int t = 1; t < x.length; t++) {
                x[t] = model.forward().sample(x[0], t, eps);
            }
            Mean mu = (y, t) -> model.k(t) * y;
            sum += Arrays.stream(terms.of(model.forward(), mu, x)).sum() / 2;
        }
        return sum; // x_0 < 0 gives the same two values
    }

    private static Proof<?> paths() {
        return Proof.<Terms>of(
                        "F8",
                        "the log ratio of each path is the sum of the terms",
                        BoundProofs::checkPaths,
                        BoundProofs::logRatios)
                .rejects("the sum from t = 3", (f, mu, x) -> without(1, logRatios(f, mu, x)))
                .rejects(
                        "the sum over t < 1, as misprinted",
                        (f, mu, x) -> {
                            double[] terms = logRatios(f, mu, x);
                            Arrays.fill(terms, 1, terms.length - 1, 0);
                            return terms;
                        })
                .rejects("L_0 ignored", (f, mu, x) -> without(0, logRatios(f, mu, x)))
                .rejects("L_T ignored", (f, mu, x) -> without(x.length - 1, logRatios(f, mu, x)))
                .rejects(
                        "the way back of a schedule that is one step late",
                        (f, mu, x) -> logRatios(f, new Posterior(late(f.schedule())), mu, x));
    }

    private static NoiseSchedule late(NoiseSchedule s) {
        double[] betas = new double[s.steps()];
        Arrays.setAll(betas, i -> s.beta(Math.max(1, i)));
        return NoiseSchedule.ofBetas(betas);
    }

    /** The terms of one path before any mean. */
    private static double[] logRatios(ForwardProcess f, Mean mu, double[] x) {
        return logRatios(f, new Posterior(f.schedule()), mu, x);
    }

    private static double[] logRatios(ForwardProcess f, Posterior back, Mean mu, double[] x) {
        int last = x.length - 1;
        double[] terms = new double[x.length];
        for (int t = 1; t <= last; t++) {
            terms[t - 1] = -logNormal(x[t - 1], mu.of(x[t], t), f.schedule().beta(t));
            if (t > 1) {
                double mean = back.mean(x[0], x[t], t);
                terms[t - 1] += logNormal(x[t - 1], mean, back.variance(t));
            }
        }
        double noise = f.schedule().oneMinusAlphaBar(last);
        terms[last] = logNormal(x[last], f.signalScale(last) * x[0], noise);
        terms[last] -= logNormal(x[last], 0, 1);
        return terms;
    }

    /** Any function will do: the identity holds for every μ_θ. */
    private static double anyMean(double xt, int t) {
        return 0.3 * xt + Math.sin(2 * xt) + 0.1 * t;
    }

    private static void checkPaths(Terms terms) {
        for (NoiseSchedule s : SCHEDULES) {
            var forward = new ForwardProcess(s);
            var random = new SplittableRandom(3);
            for (int i = 0; i < 100; i++) {
                double[] x = path(forward, random);
                double size = 1;
                double ratio = -logNormal(x[s.steps()], 0, 1);
                for (int t = 1; t <= s.steps(); t++) {
                    double q = logNormal(x[t], forward.step(x[t - 1], t, 0), s.beta(t));
                    double p = logNormal(x[t - 1], anyMean(x[t], t), s.beta(t));
                    ratio += q - p;
                    size += Math.abs(q) + Math.abs(p);
                }
                double sum = Arrays.stream(terms.of(forward, BoundProofs::anyMean, x)).sum();
                assertExact(ratio, sum, size);
            }
        }
    }

    private static double[] path(ForwardProcess forward, SplittableRandom random) {
        double[] x = new double[forward.schedule().steps() + 1];
        x[0] = X0;
        for (int t = 1; t < x.length; t++) {
            x[t] = forward.step(x[t - 1], t, random.nextGaussian());
        }
        return x;
    }

    private static Proof<?> means() {
        return Proof.<Terms>of(
                        "F8",
                        "in the mean each term is its divergence",
                        BoundProofs::checkMeans,
                        BoundProofs::terms)
                .rejects("β̃ for β", (f, mu, x) -> terms(f, mu, x, ReverseVariance.POSTERIOR))
                .rejects(
                        "x_{t+1} for x_t",
                        (f, mu, x) -> {
                            double[] shifted = x.clone();
                            System.arraycopy(x, 2, shifted, 1, x.length - 2);
                            return terms(f, mu, shifted);
                        })
                .rejects("L_T is lost", (f, mu, x) -> without(x.length - 1, terms(f, mu, x)))
                .rejects(
                        "the factor ½ is lost",
                        (f, mu, x) -> Arrays.stream(terms(f, mu, x)).map(v -> 2 * v).toArray());
    }

    /** 5 standard errors, ten comparisons: fails once in 170 000 fresh seeds. */
    private static void checkMeans(Terms terms) {
        var forward = new ForwardProcess(Grid.SHORT);
        var random = new SplittableRandom(5);
        double[][] rest = new double[11][100_000];
        for (int i = 0; i < rest[0].length; i++) {
            double[] x = path(forward, random);
            double[] single = logRatios(forward, BoundProofs::anyMean, x);
            double[] mean = terms.of(forward, BoundProofs::anyMean, x);
            for (int k = 1; k <= 10; k++) {
                rest[k][i] = single[k] - mean[k];
            }
        }
        for (int k = 1; k <= 10; k++) {
            assertTrue(Moments.of(rest[k]).distanceOfMean(0) < Moments.THRESHOLD, "L_" + k);
        }
    }

    @FunctionalInterface
    private interface Mean {
        double of(double xt, int t);
    }

    /** L_0 … L_T of a path x_0 … x_T. */
    @FunctionalInterface
    private interface Terms {
        double[] of(ForwardProcess forward, Mean mu, double[] path);
    }
}
