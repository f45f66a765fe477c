package ddpm.proof;

import static ddpm.reference.Decimals.assertExact;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.data.PixelScale;
import ddpm.loss.DiscreteDecoder;
import ddpm.posterior.ReverseVariance;
import ddpm.reference.Decimals;
import ddpm.reference.Quadrature;
import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.function.DoubleToIntFunction;
import java.util.function.IntToDoubleFunction;
import org.apache.commons.numbers.gamma.Erfc;

/** F13 and F14: pixels as numbers, and the probability of a pixel. */
final class PixelProofs {

    private PixelProofs() {}

    static List<Proof<?>> all() {
        return List.of(scale(), sum(), tails(), variance());
    }

    private static Proof<?> scale() {
        DoubleToIntFunction toLevel = PixelScale::toLevel;
        return Proof.<Scale>of(
                        "F13",
                        "0 … 255 on [-1, 1] and back",
                        PixelProofs::checkScale,
                        new Scale(PixelScale::toValue, toLevel))
                .rejects("256 for 255", new Scale(k -> k / 128.0 - 1, toLevel))
                .rejects("on [0, 1]", new Scale(k -> k / 255.0, toLevel))
                .rejects("rounded to float", new Scale(k -> (float) (k / 127.5 - 1), toLevel))
                .rejects(
                        "cut, not rounded",
                        new Scale(PixelScale::toValue, x -> (int) ((x + 1) * 127.5)));
    }

    private static void checkScale(Scale scale) {
        for (int level = 0; level <= 255; level++) {
            double value = scale.toValue.applyAsDouble(level);
            double exact =
                    BigDecimal.valueOf(2L * level)
                            .divide(BigDecimal.valueOf(255), new MathContext(40))
                            .subtract(BigDecimal.ONE)
                            .doubleValue();
            assertEquals(exact, value, Math.ulp(1.0));
            assertEquals(level, scale.toLevel.applyAsInt(value));
            assertEquals(level, scale.toLevel.applyAsInt((float) value));
        }
    }

    private static Proof<?> sum() {
        return Proof.<Decoder>of(
                        "F14",
                        "the 256 probabilities sum to 1",
                        PixelProofs::checkSum,
                        DiscreteDecoder::logProbability)
                .accepts("quadrature", (level, m, s) -> bin(level, 1.0 / 255, m, s))
                .rejects("closed edges", (level, m, s) -> interval(x(level), 1.0 / 255, m, s))
                .rejects("bins of 2/256", (level, m, s) -> bin(level, 1.0 / 256, m, s))
                .rejects("bins of 1/255", (level, m, s) -> bin(level, 0.5 / 255, m, s))
                .rejects(
                        "the density times the width",
                        (level, m, s) -> {
                            double z = (x(level) - m) / s;
                            return -z * z / 2 - Math.log(s * Math.sqrt(2 * Math.PI) * 127.5);
                        });
    }

    private static void checkSum(Decoder decoder) {
        double[][] cases = {
            {0, 0.01},
            {0.3, 0.01},
            {-1, 0.01},
            {1, 0.01},
            {0.999, 1e-4},
            {0, 1},
            {2, 0.05},
            {-7, 3},
            {0.1, 100}
        };
        for (double[] c : cases) {
            double sum = 0;
            for (int level = 0; level <= 255; level++) {
                sum += Math.exp(decoder.logProbability(level, c[0], c[1]));
            }
            assertEquals(1, sum, 1e-12);
        }
    }

    private static Proof<?> tails() {
        return Proof.<Decoder>of(
                        "F14",
                        "it equals quadrature out to 40 deviations",
                        PixelProofs::checkTails,
                        DiscreteDecoder::logProbability)
                .rejects("the logarithm of a difference", PixelProofs::plainDifference)
                .rejects(
                        "σ² for σ",
                        (level, m, s) -> DiscreteDecoder.logProbability(level, m, s * s))
                .rejects(
                        "the next level",
                        (level, m, s) ->
                                DiscreteDecoder.logProbability(Math.min(255, level + 1), m, s));
    }

    private static void checkTails(Decoder decoder) {
        for (double deviation : new double[] {1e-3, 0.01, 0.0316, 0.1, 0.5, 1, 3}) {
            for (int level = 0; level <= 255; level += 5) {
                for (double far = -40; far <= 40; far += 2.5) {
                    double mean = x(level) - far * deviation;
                    double expected = bin(level, 1.0 / 255, mean, deviation);
                    double actual = decoder.logProbability(level, mean, deviation);
                    assertEquals(expected, actual, 1e-10 * Math.abs(expected));
                }
            }
        }
    }

    private static double x(int level) {
        return level / 127.5 - 1;
    }

    private static double interval(double x, double half, double mean, double deviation) {
        return Quadrature.logProbability(
                (x - half - mean) / deviation, (x + half - mean) / deviation);
    }

    /** With open edges, by quadrature. */
    private static double bin(int level, double half, double mean, double deviation) {
        double lower = level == 0 ? -1e9 : (x(level) - half - mean) / deviation;
        double upper = level == 255 ? 1e9 : (x(level) + half - mean) / deviation;
        return Quadrature.logProbability(lower, upper);
    }

    private static double plainDifference(int level, double mean, double deviation) {
        double root = deviation * Math.sqrt(2);
        double lower = level == 0 ? 1 : Erfc.value((x(level) - 1.0 / 255 - mean) / root) / 2;
        double upper = level == 255 ? 0 : Erfc.value((x(level) + 1.0 / 255 - mean) / root) / 2;
        return Math.log(lower - upper);
    }

    private static Proof<?> variance() {
        return Proof.<DecoderVariance>of(
                        "F14",
                        "the decoder's variance is β_1, or β̃_2 for β̃",
                        PixelProofs::checkVariance,
                        ReverseVariance::decoderVariance)
                .rejects("β̃_1", (v, s) -> v.variance(s, 1))
                .rejects("always β_1", (v, s) -> s.beta(1))
                .rejects("always t = 2", (v, s) -> v.variance(s, 2))
                .rejects("the deviation", (v, s) -> Math.sqrt(v.decoderVariance(s)));
    }

    private static void checkVariance(DecoderVariance variance) {
        Each.schedule(
                (s, exact) -> {
                    if (s.steps() > 1) {
                        assertExact(exact.beta(1), variance.of(ReverseVariance.BETA, s));
                        assertExact(
                                exact.posteriorVariance(2),
                                variance.of(ReverseVariance.POSTERIOR, s));
                    } else {
                        assertExact(Decimals.of(s.beta(1)), variance.of(ReverseVariance.BETA, s));
                    }
                });
    }

    private record Scale(IntToDoubleFunction toValue, DoubleToIntFunction toLevel) {}

    @FunctionalInterface
    private interface Decoder {
        double logProbability(int level, double mean, double deviation);
    }

    @FunctionalInterface
    private interface DecoderVariance {
        double of(ReverseVariance variance, NoiseSchedule schedule);
    }
}
