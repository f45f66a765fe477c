package ddpm.network;

import ai.djl.pytorch.jni.JniUtils;

/**
 * Switches the recording of gradients off for the current thread until it is closed. The engine
 * switches it on for every new thread, where it costs memory and time.
 *
 * <pre>{@code try (var off = new GradientOff()) { … }}</pre>
 */
public final class GradientOff implements AutoCloseable {

    private final boolean before = JniUtils.isGradMode();

    /** Switches recording off. */
    public GradientOff() {
        JniUtils.setGradMode(false);
    }

    @Override
    public void close() {
        JniUtils.setGradMode(before);
    }
}
