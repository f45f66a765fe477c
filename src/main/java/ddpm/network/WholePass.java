package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import ddpm.Tensors;
import ddpm.network.Layer.Pass;
import java.util.Arrays;
import java.util.List;

/**
 * The way through a U-Net as one TorchScript function, for when no gradients are recorded: one call
 * of the engine instead of a hundred, and each activation is freed when it was read for the last
 * time. On the CPU a large batch passes in slices, so that the memory of the activations does not
 * grow with the batch.
 */
final class WholePass {

    private static final String NAME = "whole_pass";
    private static final int MOST = 64; // images in a slice: fewer cost time

    private final Torch torch;
    private final int channels;

    WholePass(NDManager manager, UNetBlocks blocks, UNetConfig config, Precision precision) {
        int heads = config.attention().heads();
        String shared =
                precision == Precision.BFLOAT16 ? Bfloat16Ops.large(heads) : TorchOps.large(heads);
        torch =
                new Torch(
                        manager,
                        List.of(shared, source(blocks, config.norm().epsilon(), precision)));
        channels = config.channels();
    }

    private static String source(UNetBlocks blocks, double epsilon, Precision precision) {
        ScriptOps ops = new ScriptOps(epsilon, precision);
        Pass<String> pass = new Pass<>(ops, ops::weight, false);
        String embedding = blocks.embed(pass, "sinusoids");
        String result = ops.float32(blocks.forward(pass, "x", embedding));
        return """
        def %s(self: __torch__.M, x: Tensor, sinusoids: Tensor, %s: Tensor) -> Tensor:
        %s  return %s
        """
                .formatted(NAME, ScriptOps.FLAT, ops.lines(), result);
    }

    /** x (N, C, H, W) and N steps to the output, attached to x's manager. */
    NDArray predict(Weights weights, NDArray x, int[] t) {
        int slices = x.getDevice().isGpu() ? 1 : (t.length + MOST - 1) / MOST;
        if (slices == 1) {
            return slice(weights, x, t);
        }
        int size = (t.length + slices - 1) / slices; // about equal: a small one would be slow
        NDManager owner = x.getManager();
        try (NDManager work = owner.newSubManager()) {
            NDList parts = new NDList();
            for (int i = 0; i < t.length; i += size) {
                int end = Math.min(i + size, t.length);
                NDArray part = x.get(new NDIndex().addSliceDim(i, end));
                part.attach(work);
                parts.add(slice(weights, part, Arrays.copyOfRange(t, i, end)));
            }
            NDArray all = NDArrays.concat(parts, 0);
            all.attach(owner);
            return all;
        }
    }

    private NDArray slice(Weights weights, NDArray x, int[] t) {
        float[] steps = TimeEmbedding.of(t, channels);
        Shape shape = new Shape(t.length, channels);
        try (NDArray sinusoids = Tensors.of(x.getManager(), steps, shape)) {
            return torch.call(NAME, x, sinusoids, weights.flat());
        }
    }
}
