package ddpm.notebook;

/** Lets Java draw without a display, unless the program has decided otherwise. */
final class Headless {

    private static final String PROPERTY = "java.awt.headless";

    private Headless() {}

    static void ensure() {
        if (System.getProperty(PROPERTY) == null) {
            System.setProperty(PROPERTY, "true");
        }
    }
}
