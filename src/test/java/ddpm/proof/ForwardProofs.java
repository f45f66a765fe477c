package ddpm.proof;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;

import ddpm.forward.ForwardProcess;
import ddpm.loss.VariationalBound;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Decimals;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;

/** F1 to F4 where they are exact: one step, the variance, the jump and the end of the chain. */
final class ForwardProofs {

    private ForwardProofs() {}

    static List<Proof<?>> all() {
        return List.of(step(), variance(), jump(), prior());
    }

    private static Proof<?> step() {
        return Proof.<Step>of(
                        "F1",
                        "the factors of one step",
                        ForwardProofs::checkStep,
                        (s, x, t, e) -> new ForwardProcess(s).step(x, t, e))
                .rejects("β for √β", (s, x, t, e) -> Math.sqrt(s.alpha(t)) * x + s.beta(t) * e)
                .rejects("α for √α", (s, x, t, e) -> s.alpha(t) * x + Math.sqrt(s.beta(t)) * e)
                .rejects("no factor", (s, x, t, e) -> x + Math.sqrt(s.beta(t)) * e)
                .rejects(
                        "t - 1 for t",
                        (s, x, t, e) -> new ForwardProcess(s).step(x, Math.max(1, t - 1), e));
    }

    private static void checkStep(Step step) {
        Each.step(
                1,
                (s, exact, t) -> {
                    assertExact(Decimals.root(exact.alpha(t)), step.next(s, 1, t, 0));
                    assertExact(Decimals.root(exact.beta(t)), step.next(s, 0, t, 1));
                });
    }

    private static Proof<?> variance() {
        return Proof.<Variance>of(
                        "F2",
                        "the variance obeys the recursion of a step",
                        ForwardProofs::checkVariance,
                        (s, data, t) -> new ForwardProcess(s).variance(data, t))
                .rejects("no factor √(1-β)", ForwardProofs::sumOfBetas)
                .rejects(
                        "√ᾱ for ᾱ",
                        (s, d, t) -> Math.sqrt(s.alphaBar(t)) * d + s.oneMinusAlphaBar(t))
                .rejects(
                        "ᾱ_{t-1} for ᾱ_t",
                        (s, d, t) -> s.alphaBar(t - 1) * d + s.oneMinusAlphaBar(t))
                .rejects("always 1", (s, data, t) -> 1);
    }

    private static double sumOfBetas(NoiseSchedule s, double data, int t) {
        return data + IntStream.rangeClosed(1, t).mapToDouble(s::beta).sum();
    }

    private static void checkVariance(Variance variance) {
        Each.schedule(
                (s, exact) -> {
                    for (double data : new double[] {0, 0.3, 1, 7}) {
                        BigDecimal v = Decimals.of(data);
                        for (int t = 1; t <= s.steps(); t++) {
                            v = exact.alpha(t).multiply(v, DIGITS).add(exact.beta(t), DIGITS);
                            assertExact(v, variance.at(s, data, t));
                        }
                    }
                });
    }

    private static Proof<?> jump() {
        return Proof.<Step>of(
                        "F3",
                        "the factors of the jump",
                        ForwardProofs::checkJump,
                        (s, x, t, e) -> new ForwardProcess(s).sample(x, t, e))
                .accepts(
                        "the formula",
                        (s, x, t, e) -> sum(s.alphaBar(t), x, s.oneMinusAlphaBar(t), e))
                .rejects(
                        "ᾱ_{t-1} for ᾱ_t",
                        (s, x, t, e) -> sum(s.alphaBar(t - 1), x, s.oneMinusAlphaBar(t - 1), e))
                .rejects("α_t for ᾱ_t", (s, x, t, e) -> sum(s.alpha(t), x, s.beta(t), e))
                .rejects(
                        "1 - ᾱ for its root",
                        (s, x, t, e) -> Math.sqrt(s.alphaBar(t)) * x + s.oneMinusAlphaBar(t) * e)
                .rejects(
                        "1 - √ᾱ for √(1 - ᾱ)",
                        (s, x, t, e) -> {
                            double root = Math.sqrt(s.alphaBar(t));
                            return root * x + (1 - root) * e;
                        });
    }

    private static double sum(double signal, double x, double noise, double eps) {
        return Math.sqrt(signal) * x + Math.sqrt(noise) * eps;
    }

    private static void checkJump(Step jump) {
        Each.step(
                1,
                (s, exact, t) -> {
                    assertExact(Decimals.root(exact.alphaBar(t)), jump.next(s, 1, t, 0));
                    assertExact(Decimals.root(exact.oneMinusAlphaBar(t)), jump.next(s, 0, t, 1));
                });
    }

    private static Proof<?> prior() {
        return Proof.<Prior>of(
                        "F4",
                        "what is left of the data at T",
                        ForwardProofs::checkPrior,
                        (s, x0) ->
                                new VariationalBound(
                                                new ForwardProcess(s),
                                                Prediction.EPSILON,
                                                ReverseVariance.BETA)
                                        .prior(x0))
                .accepts("the formula", (s, x0) -> prior(s, s.steps(), x0))
                .rejects("the factor ½ is lost", (s, x0) -> 2 * prior(s, s.steps(), x0))
                .rejects("ᾱ_{T-1} for ᾱ_T", (s, x0) -> prior(s, s.steps() - 1, x0))
                .rejects(
                        "√ᾱ for ᾱ",
                        (s, x0) -> prior(s, s.steps(), x0 / Math.pow(s.alphaBar(s.steps()), 0.25)))
                .rejects(
                        "the two laws swapped",
                        (s, x0) -> {
                            double v = s.oneMinusAlphaBar(s.steps());
                            double square = s.alphaBar(s.steps()) * x0 * x0;
                            return (1 / v - 1 + Math.log(v) + square / v) / 2;
                        })
                .rejects("always 0", (s, x0) -> 0);
    }

    private static double prior(NoiseSchedule s, int last, double x0) {
        double left = s.alphaBar(last);
        return (left * x0 * x0 - left - Math.log1p(-left)) / 2;
    }

    private static void checkPrior(Prior prior) {
        Each.schedule(
                (s, exact) -> {
                    BigDecimal left = exact.alphaBar(s.steps());
                    BigDecimal log = Decimals.log(BigDecimal.ONE.subtract(left));
                    for (double x0 : new double[] {-1, 0, 0.2, 1}) {
                        BigDecimal signal = left.multiply(Decimals.of(x0 * x0));
                        BigDecimal twice = signal.subtract(left).subtract(log);
                        double size = signal.add(left).subtract(log).doubleValue();
                        assertExact(twice.divide(Decimals.TWO, DIGITS), prior.nats(s, x0), size);
                    }
                });
    }

    @FunctionalInterface
    private interface Variance {
        double at(NoiseSchedule schedule, double data, int t);
    }

    @FunctionalInterface
    private interface Prior {
        double nats(NoiseSchedule schedule, double x0);
    }
}
