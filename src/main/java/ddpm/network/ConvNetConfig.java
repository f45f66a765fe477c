package ddpm.network;

import ai.djl.ndarray.types.Shape;
import ddpm.Check;
import java.util.List;
import java.util.Map;

/**
 * The shape of a {@link ConvNet}.
 *
 * @param imageSize height and width of the images, divisible by 2 for each level after the first
 * @param imageChannels channels of the images: 1 for grey, 3 for colour
 * @param channels channels of each level, from fine to coarse
 * @param features numbers that the last layer sees
 * @param classes how many classes there are
 * @param norm group normalisation
 * @param dropout share of the features set to zero in training, in [0, 1)
 */
public record ConvNetConfig(
        int imageSize,
        int imageChannels,
        List<Integer> channels,
        int features,
        int classes,
        UNetConfig.Norm norm,
        double dropout)
        implements NetworkConfig {

    /**
     * Checks the ranges.
     *
     * @param imageSize height and width of the images, divisible by 2 for each level after the
     *     first
     * @param imageChannels channels of the images: 1 for grey, 3 for colour
     * @param channels channels of each level, from fine to coarse
     * @param features numbers that the last layer sees
     * @param classes how many classes there are
     * @param norm group normalisation
     * @param dropout share of the features set to zero in training, in [0, 1)
     */
    public ConvNetConfig {
        channels = List.copyOf(channels);
        Check.that(
                !channels.isEmpty() && channels.stream().allMatch(c -> c >= 1),
                "need at least one level and channels >= 1, got %s",
                channels);
        int step = 1 << (channels.size() - 1);
        Check.that(
                imageSize >= step && imageSize % step == 0,
                "image size must be a multiple of %d for %d levels, got %d",
                step,
                channels.size(),
                imageSize);
        Check.that(imageChannels >= 1, "image channels must be >= 1, got %d", imageChannels);
        Check.that(features >= 1, "features must be >= 1, got %d", features);
        Check.that(classes >= 2, "classes must be >= 2, got %d", classes);
        Check.that(0 <= dropout && dropout < 1, "dropout must be in [0, 1), got %s", dropout);
    }

    @Override
    public Map<String, Shape> parameterShapes() {
        Layout layout = new Layout();
        new ConvNetBlocks(layout, this);
        return layout.shapes();
    }

    /** Height and width of the coarsest level. */
    int lastSize() {
        return imageSize >> (channels.size() - 1);
    }

    /** Channels of the coarsest level. */
    int lastChannels() {
        return channels.get(channels.size() - 1);
    }
}
