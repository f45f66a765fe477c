package ddpm.notebook;

/** Prints lines. Used without a kernel, or in a kernel the library does not know. */
enum TextScreen implements Screen {
    INSTANCE;

    @Override
    public boolean isLive() {
        return false;
    }

    @Override
    public void show(Content content) {
        System.out.println(content.text());
    }

    @Override
    public void open(String id, Content content) {
        show(content);
    }

    @Override
    public void replace(String id, Content content) {
        show(content);
    }
}
