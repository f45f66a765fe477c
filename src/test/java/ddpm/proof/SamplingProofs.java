package ddpm.proof;

import static ddpm.proof.Loop.S;
import static ddpm.proof.Loop.T;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ddpm.NoGradient;
import ddpm.Tensors;
import ddpm.network.UNet;
import ddpm.posterior.Posterior;
import ddpm.posterior.Prediction;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.TinyModel;
import ddpm.sampling.AncestralSampler;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/** F18: Algorithm 2 line by line, on a tiny network and with the same draws. */
final class SamplingProofs {

    private static final AncestralSampler TILDE =
            new AncestralSampler(TinyModel.FORWARD).unclipped();
    private static final AncestralSampler BETA = TILDE.withVariance(ReverseVariance.BETA);

    private SamplingProofs() {}

    static List<Proof<?>> all() {
        return List.of(lines(), tilde(), clipped());
    }

    private static Proof<?> lines() {
        return Proof.of(
                        "F18",
                        "Algorithm 2 line by line, σ² = β",
                        d -> checkSame(new Loop(), d, 1),
                        Drawing.by(BETA))
                .rejects("noise at the last step", new Loop().noisyDownTo(1))
                .rejects("no noise at t = 2", new Loop().noisyDownTo(3))
                .rejects("the first step skipped", new Loop().over(T - 1, 1))
                .rejects("the last step skipped", new Loop().over(T, 2))
                .rejects("the network is told t - 1", new Loop().told(t -> Math.max(1, t - 1)))
                .rejects("the network is told t + 1", new Loop().told(t -> t + 1))
                .rejects(
                        "the schedule is read at t - 1",
                        new Loop().mean((x, e, t) -> Loop.mean(x, e, Math.max(1, t - 1))))
                .rejects(
                        "the factor 1/√α is lost",
                        new Loop().mean((x, e, t) -> Math.sqrt(S.alpha(t)) * Loop.mean(x, e, t)))
                .rejects(
                        "√β for β in the mean",
                        new Loop().mean((x, e, t) -> Loop.mean(x, e / Math.sqrt(S.beta(t)), t)))
                .rejects("ε with the other sign", new Loop().mean((x, e, t) -> Loop.mean(x, -e, t)))
                .rejects("β for √β", new Loop().sigma(S::beta))
                .rejects("β̃ for β", Drawing.by(TILDE))
                .rejects("ε read as x_0", Drawing.by(BETA.withPrediction(Prediction.X0)))
                .rejects("ε read as v", Drawing.by(BETA.withPrediction(Prediction.V)))
                .rejects(
                        "the same z at every step",
                        new Loop().noise((random, t) -> new SplittableRandom(9)))
                .rejects(
                        "x_T is uniform",
                        new Loop().start(r -> Math.sqrt(12) * (r.nextDouble() - 0.5)));
    }

    private static Proof<?> tilde() {
        return Proof.of(
                        "F18",
                        "Algorithm 2 line by line, σ² = β̃",
                        d -> checkSame(new Loop().sigma(SamplingProofs::rootOfTilde), d, 1),
                        Drawing.by(TILDE))
                .rejects("β̃ with ᾱ_t for ᾱ_{t-1}", new Loop()) // the fraction is 1
                .rejects(
                        "β̃ with ᾱ_{t-1} for ᾱ_t, and so on",
                        new Loop().sigma(t -> t > 1 ? rootOfTilde(t - 1) : 0))
                .rejects("β̃ for √β̃", new Loop().sigma(new Posterior(S)::variance));
    }

    private static double rootOfTilde(int t) {
        return Math.sqrt(S.oneMinusAlphaBar(t - 1) / S.oneMinusAlphaBar(t) * S.beta(t));
    }

    private static Proof<?> clipped() {
        return Proof.of(
                        "F18",
                        "x̂_0 is kept in [-1, 1]",
                        d -> checkSame(clipping(SamplingProofs::cut), d, 3),
                        Drawing.by(new AncestralSampler(TinyModel.FORWARD)))
                .rejects("nothing is clipped", Drawing.by(TILDE))
                .rejects(
                        "out of the range and not into it",
                        clipping(x -> Math.copySign(Math.max(1, Math.abs(x)), x)))
                .rejects("to [0, 1]", clipping(x -> Math.max(0, cut(x))))
                .rejects("the upper end alone", clipping(x -> Math.min(1, x)))
                .rejects(
                        "ε in the place of x̂_0",
                        new Loop()
                                .mean((x, e, t) -> Loop.mean(x, cut(e), t))
                                .sigma(SamplingProofs::rootOfTilde))
                .rejects(
                        "the final images alone",
                        (network, pixels, random) -> {
                            double[][] drawn = Drawing.by(TILDE).draw(network, pixels, random);
                            double[] cut =
                                    Arrays.stream(drawn[1]).map(SamplingProofs::cut).toArray();
                            return new double[][] {drawn[0], cut};
                        });
    }

    /** Algorithm 2 with Eq. 7, and with something done to x̂_0, σ² = β̃. */
    private static Loop clipping(DoubleUnaryOperator clip) {
        return new Loop()
                .mean(
                        (x, e, t) -> {
                            double signal = Math.sqrt(S.alphaBar(t));
                            double x0 = (x - Math.sqrt(S.oneMinusAlphaBar(t)) * e) / signal;
                            return new Posterior(S).mean(clip.applyAsDouble(x0), x, t);
                        })
                .sigma(SamplingProofs::rootOfTilde);
    }

    private static double cut(double x) {
        return Math.max(-1, Math.min(1, x));
    }

    /** Two images of 4 × 4 from a network of which every weight is random. */
    private static void checkSame(Drawing wanted, Drawing drawing, double gain) {
        try (UNet net = UNet.create(TinyModel.CONFIG, 1, Device.cpu())) {
            TinyModel.shake(net, 2);
            Drawing.Network network = (x, t) -> NoGradient.get(() -> out(net, x, t, gain));
            double[][] want = wanted.draw(network, 32, new SplittableRandom(3));
            double[][] got = drawing.draw(network, 32, new SplittableRandom(3));
            assertArrayEquals(want[0], got[0], 1e-6); // float32
            assertArrayEquals(want[1], got[1], 1e-4); // float32, ten steps through the network
        }
    }

    private static double[] out(UNet net, double[] x, int t, double gain) {
        try (NDManager manager = net.manager().newSubManager()) {
            NDArray xt = Drawing.tensor(manager, x, new Shape(2, 1, 4, 4));
            return Arrays.stream(Tensors.doubles(net.predict(xt, new int[] {t, t})))
                    .map(v -> gain * v)
                    .toArray();
        }
    }
}
