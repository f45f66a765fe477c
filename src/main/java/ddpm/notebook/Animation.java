package ddpm.notebook;

import ddpm.Check;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;

/**
 * Frames shown one after another, over and over. Immutable: each {@code with} method returns a new
 * animation.
 */
public final class Animation {

    private static final int MOST_MILLIS = 60_000;

    private final List<BufferedImage> frames;
    private final int frameMillis;
    private final int lastMillis;
    private final int zoom;

    private Animation(List<BufferedImage> frames, int frameMillis, int lastMillis, int zoom) {
        this.frames = frames;
        this.frameMillis = frameMillis;
        this.lastMillis = lastMillis;
        this.zoom = zoom;
    }

    /**
     * An animation of ten frames a second that rests two seconds on the last.
     *
     * @param frames at least one, all of one size
     * @return the animation
     * @throws IllegalArgumentException if there is none or the sizes differ
     */
    public static Animation of(List<BufferedImage> frames) {
        Check.that(!frames.isEmpty(), "an animation needs at least one frame");
        BufferedImage first = frames.get(0);
        for (BufferedImage frame : frames) {
            Check.that(
                    frame.getWidth() == first.getWidth() && frame.getHeight() == first.getHeight(),
                    "all frames must be %d × %d like the first, got %d × %d",
                    first.getWidth(),
                    first.getHeight(),
                    frame.getWidth(),
                    frame.getHeight());
        }
        return new Animation(List.copyOf(frames), 100, 2000, 1);
    }

    /**
     * An animation of drawn grids.
     *
     * @param grids at least one, all of one size when drawn
     * @return the animation
     * @throws IllegalArgumentException if there is none or the sizes differ
     */
    public static Animation ofGrids(List<ImageGrid> grids) {
        return of(grids.stream().map(ImageGrid::toImage).toList());
    }

    /**
     * Sets the times.
     *
     * @param newFrameMillis how long a frame stays, 20 to 60,000 ms, in steps of 10
     * @param newLastMillis how long the last frame stays, likewise
     * @return a new animation
     */
    public Animation withMillis(int newFrameMillis, int newLastMillis) {
        for (int millis : new int[] {newFrameMillis, newLastMillis}) {
            Check.that(
                    20 <= millis && millis <= MOST_MILLIS,
                    "a frame must stay 20 to %d ms, got %d",
                    MOST_MILLIS,
                    millis);
        }
        return new Animation(frames, newFrameMillis, newLastMillis, zoom);
    }

    /**
     * Sets how large it is shown. The page enlarges the pixels, so the file stays small.
     *
     * @param newZoom screen pixels for each pixel, at least 1
     * @return a new animation
     */
    public Animation withZoom(int newZoom) {
        Check.that(newZoom >= 1, "the zoom must be at least 1, got %d", newZoom);
        return new Animation(frames, frameMillis, lastMillis, newZoom);
    }

    /**
     * Writes an animated GIF that repeats for ever. A frame of up to 256 colours, such as a grey
     * one, keeps them; others are brought to 252 colours.
     *
     * @return the bytes of the file
     */
    public byte[] toGif() {
        List<Integer> millis = new ArrayList<>(Collections.nCopies(frames.size(), frameMillis));
        millis.set(frames.size() - 1, lastMillis);
        return Gif.encode(frames, millis);
    }

    String toHtml() {
        int width = zoom * frames.get(0).getWidth();
        String gif = Base64.getEncoder().encodeToString(toGif());
        return """
                <img alt="%s" width="%d" style="image-rendering: pixelated" \
                src="data:image/gif;base64,%s">"""
                .formatted(this, width, gif);
    }

    /** {@return number and size of the frames} */
    @Override
    public String toString() {
        BufferedImage first = frames.get(0);
        return "[animation: %d frames of %d × %d]"
                .formatted(frames.size(), first.getWidth(), first.getHeight());
    }
}
