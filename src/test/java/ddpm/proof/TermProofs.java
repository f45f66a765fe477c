package ddpm.proof;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.forward.ForwardProcess;
import ddpm.loss.GaussianKl;
import ddpm.loss.LossWeight;
import ddpm.loss.VariationalBound;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Decimals;
import ddpm.reference.ExactSchedule;
import ddpm.schedule.LinearSchedule;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.util.List;

/** F11 and F15: L_{t-1} as a squared distance of means, and of noises. */
final class TermProofs {

    private static final List<ReverseVariance> VARIANCES =
            List.of(ReverseVariance.BETA, ReverseVariance.POSTERIOR);

    private TermProofs() {}

    static List<Proof<?>> all() {
        return List.of(term(), weight(), numbers());
    }

    private static Proof<?> term() {
        return Proof.<Term>of(
                        "F11",
                        "a squared distance and C",
                        TermProofs::checkTerm,
                        (s, v, x0, xt, t, mean) ->
                                new VariationalBound(new ForwardProcess(s), Prediction.MEAN, v)
                                        .term(x0, xt, t, mean))
                .accepts(
                        "the formula",
                        (s, v, x0, xt, t, m) ->
                                square(s, v, x0, xt, t, m)
                                        + GaussianKl.between(
                                                0,
                                                new Posterior(s).variance(t),
                                                0,
                                                v.variance(s, t)))
                .rejects(
                        "the factor ½ is lost",
                        (s, v, x0, xt, t, m) -> 2 * square(s, v, x0, xt, t, m) + constant(s, v, t))
                .rejects("C is lost", TermProofs::square)
                .rejects(
                        "σ for σ²",
                        (s, v, x0, xt, t, m) ->
                                Math.sqrt(v.variance(s, t)) * square(s, v, x0, xt, t, m)
                                        + constant(s, v, t))
                .rejects(
                        "no logarithm in C",
                        (s, v, x0, xt, t, m) ->
                                square(s, v, x0, xt, t, m) + (ratio(s, v, t) - 1) / 2)
                .rejects(
                        "the two laws swapped",
                        (s, v, x0, xt, t, m) -> {
                            double r = ratio(s, v, t);
                            return square(s, v, x0, xt, t, m) / r + (1 / r - 1 + Math.log(r)) / 2;
                        })
                .rejects(
                        "the mean of the step before",
                        (s, v, x0, xt, t, m) -> {
                            double shift = mean(s, x0, xt, t) - mean(s, x0, xt, t - 1);
                            return square(s, v, x0, xt, t, m + shift) + constant(s, v, t);
                        });
    }

    private static double mean(NoiseSchedule s, double x0, double xt, int t) {
        return new Posterior(s).mean(x0, xt, t);
    }

    private static double square(
            NoiseSchedule s, ReverseVariance v, double x0, double xt, int t, double mean) {
        double d = mean(s, x0, xt, t) - mean;
        return d * d / (2 * v.variance(s, t));
    }

    private static double ratio(NoiseSchedule s, ReverseVariance v, int t) {
        return new Posterior(s).variance(t) / v.variance(s, t);
    }

    private static double constant(NoiseSchedule s, ReverseVariance v, int t) {
        double r = ratio(s, v, t);
        return (r - 1 - Math.log(r)) / 2;
    }

    /** Against the general divergence in decimals; the mean is wrong by about 0.4 σ. */
    private static void checkTerm(Term term) {
        for (ReverseVariance v : VARIANCES) {
            Each.step(2, (s, exact, t) -> checkTerm(term, v, s, exact, t));
        }
    }

    private static void checkTerm(
            Term term, ReverseVariance v, NoiseSchedule s, ExactSchedule exact, int t) {
        double xt = new ForwardProcess(s).sample(0.6, t, -1.1);
        BigDecimal fromX0 = exact.factorOfX0(t).multiply(Decimals.of(0.6));
        BigDecimal fromXt = exact.factorOfXt(t).multiply(Decimals.of(xt));
        BigDecimal sigma2 = variance(exact, v, t);
        double sigma = Math.sqrt(sigma2.doubleValue());
        double wrong = fromX0.add(fromXt).doubleValue() + 0.4 * sigma;
        BigDecimal d = fromX0.add(fromXt).subtract(Decimals.of(wrong));
        BigDecimal square = d.multiply(d).divide(sigma2, DIGITS);
        BigDecimal r = exact.posteriorVariance(t).divide(sigma2, DIGITS);
        BigDecimal twice = r.subtract(BigDecimal.ONE).subtract(Decimals.log(r)).add(square);
        double terms = Math.abs(fromX0.doubleValue()) + Math.abs(fromXt.doubleValue());
        double condition = 1 + terms / sigma; // of (μ̃ - μ_θ) / σ
        double size = twice.doubleValue() / 2 * condition;
        assertExact(twice.divide(Decimals.TWO, DIGITS), term.nats(s, v, 0.6, xt, t, wrong), size);
    }

    private static BigDecimal variance(ExactSchedule exact, ReverseVariance v, int t) {
        return v.equals(ReverseVariance.BETA) ? exact.beta(t) : exact.posteriorVariance(t);
    }

    private static Proof<?> weight() {
        return Proof.<Weight>of(
                        "F15",
                        "the weight of the squared error of ε",
                        TermProofs::checkWeight,
                        TermProofs::library)
                .rejects("the factor ½ is lost", (s, v, t) -> 2 * library(s, v, t))
                .rejects("β for β²", (s, v, t) -> library(s, v, t) / s.beta(t))
                .rejects("α is lost", (s, v, t) -> library(s, v, t) * s.alpha(t))
                .rejects("ᾱ_t for α_t", TermProofs::withAlphaBar)
                .rejects(
                        "ᾱ_{t-1} for ᾱ_t",
                        (s, v, t) ->
                                library(s, v, t)
                                        * s.oneMinusAlphaBar(t)
                                        / s.oneMinusAlphaBar(t - 1))
                .rejects("σ for σ²", (s, v, t) -> library(s, v, t) * Math.sqrt(v.variance(s, t)));
    }

    private static double library(NoiseSchedule s, ReverseVariance v, int t) {
        return LossWeight.ofBound(new ForwardProcess(s), Prediction.EPSILON, v).at(t);
    }

    private static double withAlphaBar(NoiseSchedule s, ReverseVariance v, int t) {
        return library(s, v, t) * s.alpha(t) / s.alphaBar(t);
    }

    /** An error δ of ε moves x̂_0 by √(1-ᾱ)/√ᾱ δ and the mean by its factor; F11 does the rest. */
    private static void checkWeight(Weight weight) {
        for (ReverseVariance v : VARIANCES) {
            Each.step(
                    2,
                    (s, exact, t) -> {
                        BigDecimal a = exact.factorOfX0(t);
                        BigDecimal square =
                                a.multiply(a)
                                        .multiply(exact.oneMinusAlphaBar(t))
                                        .divide(exact.alphaBar(t), DIGITS);
                        BigDecimal twice = variance(exact, v, t).multiply(Decimals.TWO);
                        assertExact(square.divide(twice, DIGITS), weight.at(s, v, t));
                    });
        }
    }

    private static Proof<?> numbers() {
        return Proof.<Weight>of(
                        "F15",
                        "the weights of the paper's schedule",
                        TermProofs::checkNumbers,
                        TermProofs::library)
                .rejects("the factor ½ is lost", (s, v, t) -> 2 * library(s, v, t))
                .rejects("t - 1 for t", (s, v, t) -> library(s, v, Math.max(1, t - 1)))
                .rejects("always β", (s, v, t) -> library(s, ReverseVariance.BETA, t))
                .rejects("always 1", (s, v, t) -> 1);
    }

    private static void checkNumbers(Weight weight) {
        NoiseSchedule s = LinearSchedule.DDPM.tabulated();
        assertEquals(1 / (2 * (1 - 1e-4)), weight.at(s, ReverseVariance.BETA, 1), 1e-12);
        assertEquals(0.50005, weight.at(s, ReverseVariance.BETA, 1), 5e-6);
        int least = 1;
        for (int t = 1; t <= 1000; t++) {
            boolean less =
                    weight.at(s, ReverseVariance.BETA, t)
                            < weight.at(s, ReverseVariance.BETA, least);
            least = less ? t : least;
        }
        assertEquals(349, least);
        assertEquals(0.00497, weight.at(s, ReverseVariance.BETA, 349), 5e-6);
        assertEquals(0.0102, weight.at(s, ReverseVariance.BETA, 1000), 5e-5);
        assertEquals(Double.POSITIVE_INFINITY, weight.at(s, ReverseVariance.POSTERIOR, 1));
        assertEquals(0.600, weight.at(s, ReverseVariance.POSTERIOR, 2), 5e-4);
    }

    @FunctionalInterface
    private interface Term {
        double nats(NoiseSchedule s, ReverseVariance v, double x0, double xt, int t, double mean);
    }

    @FunctionalInterface
    private interface Weight {
        double at(NoiseSchedule s, ReverseVariance v, int t);
    }
}
