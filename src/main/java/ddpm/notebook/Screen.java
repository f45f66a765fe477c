package ddpm.notebook;

/** Where things are shown: the page of a notebook, or the standard output. */
interface Screen {

    /** Whether what was shown can be replaced. */
    boolean isLive();

    void show(Content content);

    /** Shows under an id for the first time. */
    void open(String id, Content content);

    /** Replaces what the id shows. */
    void replace(String id, Content content);

    /** The kernel's page if this program runs in a kernel that the library knows, else text. */
    static Screen current() {
        try {
            return KernelScreen.find().orElseGet(Screen::ofIJava);
        } catch (LinkageError e) { // the kernel's classes are not there
            return ofIJava();
        }
    }

    private static Screen ofIJava() {
        try {
            return IJavaScreen.find().<Screen>map(screen -> screen).orElse(TextScreen.INSTANCE);
        } catch (LinkageError e) {
            return TextScreen.INSTANCE;
        }
    }
}
