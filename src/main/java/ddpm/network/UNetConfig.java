package ddpm.network;

import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shape of a {@link UNet}, Ho et al. (2020), App. B.
 *
 * @param imageSize height and width of the images, divisible by 2 for each level after the first
 * @param imageChannels channels of the images: 1 for grey, 3 for colour
 * @param channels channels C of the first level; even, because half of the time embedding is sines
 * @param multipliers channels of each level as a multiple of C, from fine to coarse
 * @param blocks residual blocks a level on the way down; one more on the way up
 * @param attention where the network attends, and with how many heads
 * @param norm group normalisation
 * @param dropout share of activations set to zero in training, in [0, 1)
 * @param downsampling where the stride-2 convolution pads
 */
public record UNetConfig(
        int imageSize,
        int imageChannels,
        int channels,
        List<Integer> multipliers,
        int blocks,
        Attention attention,
        Norm norm,
        double dropout,
        Padding downsampling)
        implements NetworkConfig {

    /** The paper's network for CIFAR-10: 35,746,307 parameters. Ho et al. (2020), App. B. */
    public static final UNetConfig CIFAR10 =
            new UNetConfig(
                    32,
                    3,
                    128,
                    List.of(1, 2, 2, 2),
                    2,
                    new Attention(Set.of(16), 1),
                    Norm.DDPM,
                    0.1,
                    Padding.END);

    /** A small network for 28×28 grey digits, for two CPU cores. */
    public static final UNetConfig MNIST =
            new UNetConfig(
                    28,
                    1,
                    16,
                    List.of(1, 2, 4),
                    1,
                    new Attention(Set.of(7), 1),
                    new Norm(8, 1e-6),
                    0,
                    Padding.END);

    /**
     * Where the network attends. The block in the middle always does.
     *
     * @param sizes the heights of the feature maps that get attention after each residual block
     * @param heads number of heads; the paper uses 1
     */
    public record Attention(Set<Integer> sizes, int heads) {
        /**
         * Checks the ranges.
         *
         * @param sizes the heights of the feature maps that get attention after each residual block
         * @param heads number of heads; the paper uses 1
         */
        public Attention {
            sizes = Set.copyOf(sizes);
            Check.that(heads >= 1, "heads must be >= 1, got %d", heads);
        }
    }

    /**
     * Group normalisation.
     *
     * @param groups number of groups; where it does not divide the channels, the largest smaller
     *     number that does
     * @param epsilon added to the variance, positive
     */
    public record Norm(int groups, double epsilon) {

        /** The paper's code: 32 groups, 1e-6. */
        public static final Norm DDPM = new Norm(32, 1e-6);

        /**
         * Checks the ranges.
         *
         * @param groups number of groups; where it does not divide the channels, the largest
         *     smaller number that does
         * @param epsilon added to the variance, positive
         */
        public Norm {
            Check.that(groups >= 1, "groups must be >= 1, got %d", groups);
            Check.that(
                    0 < epsilon && epsilon < 1, "norm epsilon must be in (0, 1), got %s", epsilon);
        }

        int groupsFor(int channels) {
            int g = Math.min(groups, channels);
            while (channels % g != 0) {
                g--;
            }
            return g;
        }
    }

    /** Where the stride-2 convolution pads with zeros. */
    public enum Padding {
        /** One row at the bottom and one column on the right, as the paper's code does. */
        END,
        /** One on every side, as most later code does. */
        BOTH
    }

    /**
     * Checks the ranges.
     *
     * @param imageSize height and width of the images, divisible by 2 for each level after the
     *     first
     * @param imageChannels channels of the images: 1 for grey, 3 for colour
     * @param channels channels C of the first level; even, because half of the time embedding is
     *     sines
     * @param multipliers channels of each level as a multiple of C, from fine to coarse
     * @param blocks residual blocks a level on the way down; one more on the way up
     * @param attention where the network attends, and with how many heads
     * @param norm group normalisation
     * @param dropout share of activations set to zero in training, in [0, 1)
     * @param downsampling where the stride-2 convolution pads
     */
    public UNetConfig {
        multipliers = List.copyOf(multipliers);
        Check.that(!multipliers.isEmpty(), "a network needs at least one level, got no multiplier");
        Check.that(
                multipliers.stream().allMatch(m -> m >= 1),
                "multipliers must be >= 1, got %s",
                multipliers);
        int step = 1 << (multipliers.size() - 1);
        Check.that(
                imageSize >= step && imageSize % step == 0,
                "image size must be a multiple of %d for %d levels, got %d",
                step,
                multipliers.size(),
                imageSize);
        Check.that(imageChannels >= 1, "image channels must be >= 1, got %d", imageChannels);
        Check.that(
                channels >= 4 && channels % 2 == 0,
                "channels must be even and >= 4, got %d",
                channels);
        Check.that(blocks >= 1, "blocks must be >= 1, got %d", blocks);
        Check.that(0 <= dropout && dropout < 1, "dropout must be in [0, 1), got %s", dropout);
        int first = channels;
        Check.that(
                multipliers.stream().allMatch(m -> first * m % attention.heads() == 0),
                "heads must divide the channels of every level, got %d heads and %d × %s",
                attention.heads(),
                channels,
                multipliers);
    }

    /**
     * The same network with other channels.
     *
     * @param newChannels channels C of the first level
     * @param newMultipliers channels of each level as a multiple of C
     * @return the new configuration
     */
    public UNetConfig withChannels(int newChannels, Integer... newMultipliers) {
        return new UNetConfig(
                imageSize,
                imageChannels,
                newChannels,
                List.of(newMultipliers),
                blocks,
                attention,
                norm,
                dropout,
                downsampling);
    }

    /**
     * The same network for other images.
     *
     * @param size height and width
     * @param imageChannels channels of the images
     * @return the new configuration
     */
    public UNetConfig withImages(int size, int imageChannels) {
        return new UNetConfig(
                size,
                imageChannels,
                channels,
                multipliers,
                blocks,
                attention,
                norm,
                dropout,
                downsampling);
    }

    /**
     * The size of the network, counted without making it.
     *
     * @return the number of parameters P
     */
    public int parameters() {
        Layout layout = new Layout();
        new UNetBlocks(layout, this);
        return layout.size();
    }

    /**
     * The work of the network, counted without making it: the multiplications of convolutions,
     * linear maps and attention for one image, on the way forward. The way back of a training step
     * takes about twice as many more.
     *
     * @return the number of multiplications
     */
    public long multiplications() {
        return Multiplications.of(this);
    }

    @Override
    public Map<String, Shape> parameterShapes() {
        Layout layout = new Layout();
        new UNetBlocks(layout, this);
        return layout.shapes();
    }

    int levels() {
        return multipliers.size();
    }

    int channelsAt(int level) {
        return channels * multipliers.get(level);
    }

    int sizeAt(int level) {
        return imageSize >> level;
    }

    boolean attendsAt(int level) {
        return attention.sizes().contains(sizeAt(level));
    }
}
