package ddpm;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/**
 * Runs code with the recording of gradients switched off for its thread. The engine switches it on
 * for every new thread, where it costs memory and time.
 */
public final class NoGradient {

    private NoGradient() {}

    /**
     * Computes a value without recording.
     *
     * @param <R> type of the value
     * @param code what to compute
     * @return the value
     */
    public static <R> R get(Supplier<R> code) {
        boolean before = JniUtils.isGradMode();
        JniUtils.setGradMode(false);
        try {
            return code.get();
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    /**
     * Runs code without recording.
     *
     * @param code what to run
     */
    public static void run(Runnable code) {
        get(
                () -> {
                    code.run();
                    return code;
                });
    }
}
