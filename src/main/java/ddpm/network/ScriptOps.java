package ddpm.network;

import java.util.Arrays;
import java.util.List;

/**
 * Writes the operations down as lines of a TorchScript function; a value is the name of a local
 * variable. The libtorch calls are those of {@link TorchOps}, so the numbers are the same.
 *
 * <p>The function frees a variable when it was read for the last time, if no gradients are
 * recorded. Parameters are views of the flat buffer, so gradients lead there.
 */
final class ScriptOps implements Ops<String> {

    private static final int BFLOAT16 = 15; // libtorch's numbers of the types
    private static final int FLOAT32 = 6;

    /** The name of the variable that holds all weights. */
    static final String FLAT = "flat";

    private static final String PARTS = "parts"; // of it, one for each parameter

    private final StringBuilder lines = new StringBuilder();
    private final UNetConfig config;
    private final Precision precision;
    private final boolean gradients;
    private int count;

    /**
     * Begins a function.
     *
     * @param slots the network's parameters
     * @param config norm and dropout are taken from it
     * @param precision of what passes between layers
     * @param gradients whether they are recorded; if not, SiLU works in place
     */
    ScriptOps(List<Layout.Slot> slots, UNetConfig config, Precision precision, boolean gradients) {
        this.config = config;
        this.precision = precision;
        this.gradients = gradients;
        List<Long> sizes = slots.stream().map(slot -> slot.shape().size()).toList();
        lines.append("  " + PARTS + " = torch.split_with_sizes(" + FLAT + ", " + sizes + ", 0)\n");
    }

    /** The lines so far, each with two blanks in front. */
    String lines() {
        return lines.toString();
    }

    /** A parameter, as a view of the flat buffer. */
    String weight(Layout.Slot slot) {
        String part = PARTS + "[" + slot.index() + "]";
        long[] shape = slot.shape().getShape();
        return shape.length == 1 ? part : call("view", part, Arrays.toString(shape));
    }

    private String call(String function, Object... arguments) {
        String[] words = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
        return assign("torch." + function + "(" + String.join(", ", words) + ")");
    }

    private String assign(String expression) {
        String name = "h" + count++;
        lines.append("  ").append(name).append(" = ").append(expression).append('\n');
        return name;
    }

    @Override
    public String groupNorm(String x, String gamma, String beta, int groups) {
        return call("group_norm", x, groups, gamma, beta, config.norm().epsilon());
    }

    @Override
    public String groupNormSilu(String x, String gamma, String beta, int groups) {
        return call(gradients ? "silu" : "silu_", groupNorm(x, gamma, beta, groups));
    }

    @Override
    public String silu(String x) {
        return call("silu", x);
    }

    @Override
    public String attention(String qkv) {
        boolean products = precision == Precision.BFLOAT16;
        String function = products ? "attention_by_products" : "attention";
        return assign("(self)." + function + "(" + qkv + ", )");
    }

    @Override
    public String dropout(String x) {
        return call("dropout", x, config.dropout(), "True");
    }

    @Override
    public String padEnd(String x) {
        return assign("(self).pad_end(" + x + ", )");
    }

    @Override
    public String conv(String x, String weight, String bias, int stride, int padding) {
        String h = rounded(x);
        String w = rounded(weight);
        String b = rounded(bias);
        return call("conv2d", h, w, b, pair(stride), pair(padding), pair(1), 1);
    }

    @Override
    public String pointwise(String x, String weight, String bias) {
        if (precision == Precision.FLOAT32) {
            return conv(x, weight, bias, 1, 0);
        }
        return assign("(self).pointwise(" + x + ", " + weight + ", " + bias + ", )");
    }

    /** x in the precision of what passes between layers. */
    private String rounded(String x) {
        return precision == Precision.BFLOAT16 ? call("to", x, BFLOAT16) : x;
    }

    /** x as float32. */
    String float32(String x) {
        return precision == Precision.BFLOAT16 ? call("to", x, FLOAT32) : x;
    }

    private static String pair(int value) {
        return "[" + value + ", " + value + "]";
    }

    @Override
    public String linear(String x, String weight, String bias) {
        return call("linear", x, weight, bias);
    }

    @Override
    public String upsample(String x) {
        String size = "[torch.mul(torch.size(%1$s, 2), 2), torch.mul(torch.size(%1$s, 3), 2)]";
        return call("upsample_nearest2d", x, size.formatted(x), "None", "None");
    }

    @Override
    public String concat(String x, String y) {
        return call("cat", "[" + x + ", " + y + "]", 1);
    }

    @Override
    public String add(String x, String y) {
        return call("add_", x, y);
    }

    @Override
    public void addPerChannel(String x, String shift) {
        call("add_", x, "torch.unsqueeze(torch.unsqueeze(" + rounded(shift) + ", 2), 3)");
    }

    @Override
    public void free(String x) {
        // The function does so itself.
    }
}
