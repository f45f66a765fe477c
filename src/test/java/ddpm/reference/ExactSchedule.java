package ddpm.reference;

import static ddpm.reference.Decimals.DIGITS;

import ddpm.schedule.NoiseSchedule;
import java.math.BigDecimal;

/** A schedule in 40-digit decimals, from the doubles β_t of the schedule under test. */
public final class ExactSchedule {

    private final BigDecimal[] beta;
    private final BigDecimal[] alphaBar;

    public ExactSchedule(NoiseSchedule schedule) {
        int steps = schedule.steps();
        beta = new BigDecimal[steps + 1];
        alphaBar = new BigDecimal[steps + 1];
        alphaBar[0] = BigDecimal.ONE;
        for (int t = 1; t <= steps; t++) {
            beta[t] = Decimals.of(schedule.beta(t));
            alphaBar[t] = alphaBar[t - 1].multiply(alpha(t), DIGITS);
        }
    }

    public BigDecimal beta(int t) {
        return beta[t];
    }

    public BigDecimal alpha(int t) {
        return BigDecimal.ONE.subtract(beta[t]);
    }

    public BigDecimal alphaBar(int t) {
        return alphaBar[t];
    }

    public BigDecimal oneMinusAlphaBar(int t) {
        return BigDecimal.ONE.subtract(alphaBar[t]);
    }

    /** β̃_t, Eq. 7. */
    public BigDecimal posteriorVariance(int t) {
        return oneMinusAlphaBar(t - 1).multiply(beta[t]).divide(oneMinusAlphaBar(t), DIGITS);
    }

    /** The factor of x_0 in μ̃_t, Eq. 7. */
    public BigDecimal factorOfX0(int t) {
        return Decimals.root(alphaBar[t - 1]).multiply(beta[t]).divide(oneMinusAlphaBar(t), DIGITS);
    }

    /** The factor of x_t in μ̃_t, Eq. 7. */
    public BigDecimal factorOfXt(int t) {
        return Decimals.root(alpha(t))
                .multiply(oneMinusAlphaBar(t - 1))
                .divide(oneMinusAlphaBar(t), DIGITS);
    }
}
