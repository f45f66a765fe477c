package ddpm.proof;

import static ddpm.reference.Decimals.DIGITS;
import static ddpm.reference.Decimals.assertExact;
import static ddpm.reference.Moments.logNormal;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.forward.ForwardProcess;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Decimals;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.util.List;

/** F9, F10 and F12: the way back when x_0 is known, its variances, and the mean through ε. */
final class PosteriorProofs {

    private static final Mean MEAN = (s, x0, xt, t) -> new Posterior(s).mean(x0, xt, t);
    private static final Variance TILDE = ReverseVariance.POSTERIOR::variance;
    private static final Variance BETA = ReverseVariance.BETA::variance;

    private PosteriorProofs() {}

    static List<Proof<?>> all() {
        return List.of(bayes(), best(), mean(), image());
    }

    private static Proof<?> bayes() {
        return Proof.<Back>of(
                        "F9", "Bayes' rule", PosteriorProofs::checkBayes, new Back(MEAN, TILDE))
                .rejects("β for β̃", new Back(MEAN, BETA))
                .rejects(
                        "the fraction in β̃ upside down",
                        new Back(MEAN, (s, t) -> s.beta(t) * s.beta(t) / TILDE.at(s, t)))
                .rejects(
                        "ᾱ_t for ᾱ_{t-1} in the factor of x_0",
                        new Back(
                                (s, x0, xt, t) -> MEAN.of(s, x0 * Math.sqrt(s.alpha(t)), xt, t),
                                TILDE))
                .rejects(
                        "α for √α in the factor of x_t",
                        new Back(
                                (s, x0, xt, t) -> MEAN.of(s, x0, xt * Math.sqrt(s.alpha(t)), t),
                                TILDE))
                .rejects(
                        "x_0 and x_t swapped",
                        new Back((s, x0, xt, t) -> MEAN.of(s, xt, x0, t), TILDE))
                .rejects(
                        "t - 1 for t",
                        new Back((s, x0, xt, t) -> MEAN.of(s, x0, xt, Math.max(1, t - 1)), TILDE));
    }

    /** log q(x_t|y) + log q(y|x_0) - log N(y; μ̃, β̃) is log q(x_t|x_0), whatever y is. */
    private static void checkBayes(Back back) {
        Each.step(1, (s, exact, t) -> checkBayes(back, s, t));
    }

    private static void checkBayes(Back back, NoiseSchedule s, int t) {
        var forward = new ForwardProcess(s);
        double x0 = 0.8;
        double xt = forward.sample(x0, t, 0.9);
        double mean = back.mean.of(s, x0, xt, t);
        double variance = back.variance.at(s, t);
        if (t == 1) { // x_0 itself: no density
            assertEquals(x0, mean);
            assertEquals(0.0, variance);
            return;
        }
        double known = logNormal(xt, forward.signalScale(t) * x0, s.oneMinusAlphaBar(t));
        for (int i = -8; i <= 8; i++) {
            double y = mean + i * Math.sqrt(variance);
            double step = logNormal(xt, forward.step(y, t, 0), s.beta(t));
            double before =
                    logNormal(y, forward.signalScale(t - 1) * x0, s.oneMinusAlphaBar(t - 1));
            double law = logNormal(y, mean, variance);
            double condition = 1 + Math.abs(y) / Math.sqrt(variance); // of y - mean
            double size = Math.abs(step) + Math.abs(before) + Math.abs(law) + 1;
            assertExact(known, step + before - law, size * condition);
        }
    }

    private static Proof<?> best() {
        return Proof.<Choices>of(
                        "F10",
                        "β is best for N(0, 1) and β̃ for a point",
                        PosteriorProofs::checkBest,
                        new Choices(BETA, TILDE))
                .rejects("the two swapped", new Choices(TILDE, BETA))
                .rejects("β for both", new Choices(BETA, BETA))
                .rejects("deviations", new Choices(BETA, (s, t) -> Math.sqrt(TILDE.at(s, t))))
                .rejects("ᾱ for 1 - ᾱ", new Choices(BETA, (s, t) -> s.beta(t) / s.alpha(t)))
                .rejects(
                        "β_{t-1} for β_t",
                        new Choices((s, t) -> s.beta(Math.max(1, t - 1)), TILDE));
    }

    /**
     * For Gaussian data the step back has the variance Var(x_{t-1}) β_t / Var(x_t). N(0, 1) stays
     * as it is, and a point has Var(x_t) = 1 - ᾱ_t.
     */
    private static void checkBest(Choices choices) {
        Each.step(
                1,
                (s, exact, t) -> {
                    assertExact(exact.beta(t), choices.forNormal.at(s, t));
                    assertExact(exact.posteriorVariance(t), choices.forPoint.at(s, t));
                });
    }

    private static Proof<?> mean() {
        return Proof.<FromNoise>of(
                        "F12",
                        "μ̃ through ε",
                        PosteriorProofs::checkMean,
                        (s, xt, eps, t) -> new Posterior(s).meanFromNoise(xt, eps, t))
                .rejects(
                        "√(1 - ᾱ) is lost",
                        (s, xt, e, t) -> (xt - s.beta(t) * e) / Math.sqrt(s.alpha(t)))
                .rejects(
                        "the factor 1/√α is lost",
                        (s, xt, e, t) -> xt - s.beta(t) / Math.sqrt(s.oneMinusAlphaBar(t)) * e)
                .rejects(
                        "√β for β",
                        (s, xt, e, t) ->
                                (xt - Math.sqrt(s.beta(t) / s.oneMinusAlphaBar(t)) * e)
                                        / Math.sqrt(s.alpha(t)))
                .rejects(
                        "ᾱ_t for α_t",
                        (s, xt, e, t) ->
                                (xt - s.beta(t) / Math.sqrt(s.oneMinusAlphaBar(t)) * e)
                                        / Math.sqrt(s.alphaBar(t)));
    }

    /** μ̃ from x_0 and x_t in decimals, with x_0 = (x_t - √(1 - ᾱ_t) ε) / √ᾱ_t. */
    private static void checkMean(FromNoise mean) {
        Each.step(
                1,
                (s, exact, t) -> {
                    BigDecimal xt = Decimals.of(0.9);
                    BigDecimal noise = Decimals.root(exact.oneMinusAlphaBar(t));
                    BigDecimal x0 =
                            xt.subtract(noise.multiply(Decimals.of(-1.1)))
                                    .divide(Decimals.root(exact.alphaBar(t)), DIGITS);
                    BigDecimal expected =
                            exact.factorOfX0(t).multiply(x0).add(exact.factorOfXt(t).multiply(xt));
                    double part = s.beta(t) / noise.doubleValue() * 1.1;
                    double size = (0.9 + part) / Math.sqrt(s.alpha(t));
                    assertExact(expected, mean.of(s, 0.9, -1.1, t), size);
                });
    }

    private static Proof<?> image() {
        return Proof.<FromNoise>of(
                        "F12",
                        "x_0 through ε",
                        PosteriorProofs::checkImage,
                        (s, xt, e, t) -> Prediction.EPSILON.x0(new ForwardProcess(s), xt, t, e))
                .rejects(
                        "1 - ᾱ for its root",
                        (s, xt, e, t) ->
                                (xt - s.oneMinusAlphaBar(t) * e) / Math.sqrt(s.alphaBar(t)))
                .rejects(
                        "ᾱ for √ᾱ",
                        (s, xt, e, t) ->
                                (xt - Math.sqrt(s.oneMinusAlphaBar(t)) * e) / s.alphaBar(t))
                .rejects(
                        "ᾱ_{t-1} for ᾱ_t",
                        (s, xt, e, t) ->
                                (xt - Math.sqrt(s.oneMinusAlphaBar(t - 1)) * e)
                                        / Math.sqrt(s.alphaBar(t - 1)))
                .rejects("x_t itself", (s, xt, e, t) -> xt);
    }

    /** Condition number 1 / √ᾱ_t. */
    private static void checkImage(FromNoise image) {
        Each.step(
                1,
                (s, exact, t) -> {
                    var forward = new ForwardProcess(s);
                    double xt = forward.sample(0.6, t, -1.1);
                    double condition = 1 / forward.signalScale(t);
                    assertExact(0.6, image.of(s, xt, -1.1, t), (0.6 + 1.1) * condition);
                });
    }

    private record Back(Mean mean, Variance variance) {}

    private record Choices(Variance forNormal, Variance forPoint) {}

    @FunctionalInterface
    private interface Mean {
        double of(NoiseSchedule s, double x0, double xt, int t);
    }

    @FunctionalInterface
    private interface Variance {
        double at(NoiseSchedule s, int t);
    }

    @FunctionalInterface
    private interface FromNoise {
        double of(NoiseSchedule s, double xt, double eps, int t);
    }
}
