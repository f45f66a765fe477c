package ddpm.network;

import ai.djl.ndarray.NDArray;

/** Is told what each part of a {@link UNet} answers, in the order in which they run. */
@FunctionalInterface
public interface PartListener {

    /**
     * A part has answered.
     *
     * <p>A layer is named like its parameters, without their last word: {@code down.0.0.conv1}. The
     * output of a norm in a residual block and of {@code last.norm} is taken after the SiLU that
     * follows it. Beside the layers there are each residual block ({@code down.0.0}) and attention
     * block ({@code middle.0.attention}) with its input added, the weighted sums in an attention
     * block ({@code middle.0.attention.mix}), and what all residual blocks get of the step ({@code
     * time}).
     *
     * @param part its name
     * @param output (N, C, H, W), or (N, C) where it is made of the step; the network goes on to
     *     change or close it: read it at once, or copy it
     */
    void onPart(String part, NDArray output);
}
