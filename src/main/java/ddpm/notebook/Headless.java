package ddpm.notebook;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What comes before the first picture: Java draws without a display, unless the program has decided
 * otherwise, and a kernel without extensions is taught what the library shows.
 */
final class Headless {

    private static final String PROPERTY = "java.awt.headless";
    private static final AtomicBoolean TAUGHT = new AtomicBoolean();

    private Headless() {}

    static void ensure() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "true");
        }
        if (TAUGHT.compareAndSet(false, true)) {
            try {
                IJavaScreen.find().ifPresent(IJavaScreen::teach);
            } catch (LinkageError e) { // none of its classes is there
                return;
            }
        }
    }
}
