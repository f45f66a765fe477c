package ddpm.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.JniUtils;
import ddpm.network.Layer.Pass;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way through a U-Net as one TorchScript function: one call of the engine instead of a hundred.
 * Where no gradients are recorded, each activation is freed when it was read for the last time, and
 * on the CPU a large batch passes in slices, so that the memory of the activations does not grow
 * with the batch.
 */
final class WholePass {

    private static final String NAME = "whole_pass";
    private static final int MOST = 64; // images in a slice: fewer cost time where they are small
    private static final int LEAST = 16; // with fewer, libtorch adds in another order
    private static final int MOST_BYTES = 1 << 23; // of the first activation: more leave the caches

    /** What a pass is for. */
    private enum Purpose {
        /** An output, while no gradients are recorded. */
        PREDICT,
        /** An output and its gradient. */
        DIFFERENTIATE,
        /** The same, with dropout. */
        TRAIN
    }

    private final NDManager manager;
    private final UNetBlocks blocks;
    private final List<Layout.Slot> slots;
    private final UNetConfig config;
    private final Precision precision;
    private final Map<Purpose, Torch> functions = new ConcurrentHashMap<>();

    WholePass(
            NDManager manager,
            UNetBlocks blocks,
            List<Layout.Slot> slots,
            UNetConfig config,
            Precision precision) {
        this.manager = manager;
        this.blocks = blocks;
        this.slots = slots;
        this.config = config;
        this.precision = precision;
    }

    /** In how many slices so many images pass; about equal ones, for a small one would be slow. */
    static int slices(int images, UNetConfig config, Precision precision) {
        int size = config.imageSize();
        long numbers = (long) config.channels() * size * size;
        long bytes = numbers * (precision == Precision.BFLOAT16 ? 2 : 4);
        int most = (int) Math.max(LEAST, Math.min(MOST, MOST_BYTES / bytes));
        return Math.max(1, Math.min((images + most - 1) / most, images / LEAST));
    }

    private Torch compile(Purpose purpose) {
        int heads = config.attention().heads();
        boolean rounds = precision == Precision.BFLOAT16;
        String shared = rounds ? Bfloat16Ops.large(heads) : TorchOps.large(heads);
        return new Torch(manager, List.of(shared, source(purpose)));
    }

    private String source(Purpose purpose) {
        ScriptOps ops = new ScriptOps(slots, config, precision, purpose != Purpose.PREDICT);
        Pass<String> pass = new Pass<>(ops, ops::weight, purpose == Purpose.TRAIN);
        String embedding = blocks.embed(pass, "sinusoids");
        String result = ops.float32(blocks.forward(pass, "x", embedding));
        return """
        def %s(self: __torch__.M, x: Tensor, sinusoids: Tensor, %s: Tensor) -> Tensor:
        %s  return %s
        """
                .formatted(NAME, ScriptOps.FLAT, ops.lines(), result);
    }

    /** What {@link #predict} answers, with dropout. */
    NDArray train(Weights weights, NDArray x, int[] t) {
        return call(Purpose.TRAIN, weights, x, t);
    }

    /** x (N, C, H, W) and N steps to the output, attached to x's manager. */
    NDArray predict(Weights weights, NDArray x, int[] t) {
        if (JniUtils.isGradMode()) {
            return call(Purpose.DIFFERENTIATE, weights, x, t);
        }
        int slices = x.getDevice().isGpu() ? 1 : slices(t.length, config, precision);
        if (slices == 1) {
            return call(Purpose.PREDICT, weights, x, t);
        }
        int size = (t.length + slices - 1) / slices;
        NDManager owner = x.getManager();
        try (NDManager work = owner.newSubManager()) {
            NDList parts = new NDList();
            for (int i = 0; i < t.length; i += size) {
                int end = Math.min(i + size, t.length);
                NDArray part = x.get(new NDIndex().addSliceDim(i, end));
                part.attach(work);
                int[] steps = Arrays.copyOfRange(t, i, end);
                parts.add(call(Purpose.PREDICT, weights, part, steps));
            }
            NDArray all = NDArrays.concat(parts, 0);
            all.attach(owner);
            return all;
        }
    }

    private NDArray call(Purpose purpose, Weights weights, NDArray x, int[] t) {
        Torch torch = functions.computeIfAbsent(purpose, this::compile);
        try (NDArray sinusoids = TimeEmbedding.of(x.getManager(), t, config.channels())) {
            return torch.call(NAME, x, sinusoids, weights.flat());
        }
    }
}
