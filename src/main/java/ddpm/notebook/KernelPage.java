package ddpm.notebook;

import java.util.Map;

/** The page of a notebook: what all kernels' pages share. */
abstract class KernelPage implements Screen {

    @Override
    public final boolean isLive() {
        return true;
    }

    @Override
    public final void show(Content content) {
        if (content.mime().equals(Content.TEXT)) {
            System.out.println(content.text()); // neighbouring lines make one output
        } else {
            System.out.flush();
            display(content);
        }
    }

    /** Shows as an output of its own. */
    abstract void display(Content content);

    /** How large a picture is on the page, and what stands for it. */
    static Map<String, Object> size(Content content) {
        return Map.of("width", content.width(), "height", content.height(), "alt", content.text());
    }
}
