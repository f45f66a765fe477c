/**
 * Denoising diffusion probabilistic models (DDPM), Ho, Jain and Abbeel (2020), in eight parts.
 *
 * <p>The parts follow the paper, and a part uses only the parts before it: {@code schedule}, {@code
 * forward}, {@code posterior}, {@code loss}, {@code network}, {@code training}, {@code sampling},
 * {@code measure}, which alone may use {@code data}. Beside them stand {@code data}, {@code
 * pretrained}, {@code doctor}, {@code benchmark} and {@code notebook}.
 *
 * <p>Symbols, the same everywhere:
 *
 * <pre>
 * t        step, 1 … T; t = 0 is the clean image         int t
 * x_0      clean image, values in [-1, 1]                x0
 * x_t      image after t noise steps                     xt
 * ε        noise, drawn from N(0, I)                     eps
 * β_t      variance of the noise that step t adds        beta(t)
 * α_t      1 - β_t                                       alpha(t)
 * ᾱ_t      α_1 α_2 … α_t, with ᾱ_0 = 1                   alphaBar(t)
 * μ̃_t, β̃_t mean and variance of q(x_{t-1} | x_t, x_0)    posterior.mean, posterior.variance
 * σ_t²     variance of p_θ(x_{t-1} | x_t)                ReverseVariance
 * ε_θ      the network's guess of ε                      NoisePredictor
 * </pre>
 *
 * <p>Numbers on the Java side are {@code double}; tensors are float32 of shape (N, C, H, W).
 */
package ddpm;
