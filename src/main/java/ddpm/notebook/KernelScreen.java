package ddpm.notebook;

import java.util.Objects;
import java.util.Optional;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/** The page of a notebook whose kernel is JJava. Loads only where the kernel's classes are. */
final class KernelScreen extends KernelPage {

    private final BaseKernel kernel;

    private KernelScreen(BaseKernel kernel) {
        this.kernel = Objects.requireNonNull(kernel);
    }

    static Optional<Screen> find() {
        try {
            return Optional.of(new KernelScreen(BaseKernel.notebookKernel()));
        } catch (NullPointerException e) { // how the kernel says that it does not run
            return Optional.empty();
        }
    }

    @Override
    void display(Content content) {
        kernel.display(data(content));
    }

    @Override
    public void open(String id, Content content) {
        kernel.display(data(id, content));
    }

    @Override
    public void replace(String id, Content content) {
        kernel.getIO().display.updateDisplay(data(id, content));
    }

    /** Not setDisplayId: its result type differs between the releases of the kernel. */
    private static DisplayData data(String id, Content content) {
        DisplayData data = data(content);
        data.putTransientData("display_id", id);
        return data;
    }

    static DisplayData data(Content content) {
        DisplayData data = new DisplayData();
        fill(data, content);
        return data;
    }

    static void fill(DisplayData data, Content content) {
        data.putText(content.text());
        data.putData(content.mime(), content.data());
        if (content.width() > 0) {
            data.putMetaData(content.mime(), size(content));
        }
    }
}
