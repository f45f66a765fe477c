package ddpm.training;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSerializer;
import ddpm.Check;
import ddpm.network.NetworkConfig;
import ddpm.network.UNetConfig;
import java.util.Set;
import java.util.TreeSet;

/** A network's configuration as one line of JSON, the same in every run of Java. */
final class ConfigText {

    private static final int MOST_LEVELS = 16;
    private static final int LARGEST_IMAGE = 1 << 16;
    private static final int MOST_GROUPS = 1 << 10;

    private static final Gson JSON =
            new GsonBuilder()
                    .registerTypeHierarchyAdapter(
                            Set.class,
                            (JsonSerializer<Set<?>>)
                                    (set, type, context) ->
                                            context.serialize(new TreeSet<>(set).toArray()))
                    .create();

    private ConfigText() {}

    static String of(NetworkConfig config) {
        return JSON.toJson(config);
    }

    /**
     * The configuration of the U-Net that the text describes.
     *
     * @param text as {@link #of} writes it
     * @param tensors how many tensors its file has, and
     * @param numbers how many numbers are in them: a network that cannot be in so small a file is
     *     refused before anything is made for it
     */
    static UNetConfig parse(String text, int tensors, long numbers) {
        UNetConfig config;
        try {
            config = JSON.fromJson(text, UNetConfig.class);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("the configuration cannot be read", e);
        }
        Check.that(config != null && of(config).equals(text), "the configuration is incomplete");
        int levels = config.multipliers().size();
        Check.that(levels <= MOST_LEVELS, "%d levels are too many", levels);
        Check.that(
                config.imageSize() <= LARGEST_IMAGE && config.norm().groups() <= MOST_GROUPS,
                "images of %d pixels with %d groups are too large",
                config.imageSize(),
                config.norm().groups());
        Check.that(config.blocks() <= tensors, "%d blocks are not in this file", config.blocks());
        for (int multiplier : config.multipliers()) {
            double channels = (double) multiplier * config.channels();
            // A level has a convolution from its channels to as many.
            Check.that(channels * channels <= numbers, "%s channels are too many", channels);
        }
        Check.that(config.imageChannels() <= numbers, "too many colours");
        return config;
    }
}
