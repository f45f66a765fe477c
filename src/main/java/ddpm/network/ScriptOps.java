package ddpm.network;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes the operations down as lines of a TorchScript function; a value is the name of a local
 * variable. The libtorch calls are those of {@link TorchOps}, so the numbers are the same.
 *
 * <p>The function frees a variable when it was read for the last time. Nothing may record gradients
 * while it runs: SiLU works in place here, and weights are views of the flat buffer.
 */
final class ScriptOps implements Ops<String> {

    private static final int BFLOAT16 = 15; // libtorch's numbers of the types
    private static final int FLOAT32 = 6;

    /** The name of the variable that holds all weights. */
    static final String FLAT = "flat";

    private final StringBuilder lines = new StringBuilder();
    private final double epsilon;
    private final Precision precision;
    private int count;

    ScriptOps(double epsilon, Precision precision) {
        this.epsilon = epsilon;
        this.precision = precision;
    }

    /** The lines so far, each with two blanks in front. */
    String lines() {
        return lines.toString();
    }

    /** A parameter, as a view of the flat buffer. */
    String weight(Layout.Slot slot) {
        Shape shape = slot.shape();
        long[] strides = new long[shape.dimension()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.get(i);
        }
        String sizes = Arrays.toString(shape.getShape());
        return call("as_strided", FLAT, sizes, Arrays.toString(strides), slot.offset());
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
        return call("group_norm", x, groups, gamma, beta, epsilon);
    }

    @Override
    public String groupNormSilu(String x, String gamma, String beta, int groups) {
        return call("silu_", groupNorm(x, gamma, beta, groups));
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
        throw new UnsupportedOperationException("the script is of the network without dropout");
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
        return String.format(Locale.ROOT, "[%1$d, %1$d]", value);
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
