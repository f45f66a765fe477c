package ddpm.notebook;

/** Shows things in the middle of a cell. In a plain program it prints them as text. */
public final class Notebook {

    static {
        Headless.ensure();
    }

    private Notebook() {}

    /**
     * Shows values one after another: charts, images, {@link ImageGrid}, {@link Animation}, tables
     * and tensors in their own form, all else as text.
     *
     * @param values what to show; null shows as "null"
     */
    public static void show(Object... values) {
        Screen screen = Screen.current();
        boolean one = values.getClass() != Object[].class; // an array such as double[][]
        for (Object value : one ? new Object[] {values} : values) {
            screen.show(Content.of(value));
        }
    }
}
