package ddpm.notebook;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.Optional;

/**
 * The page of a notebook whose kernel is IJava, the forerunner of JJava. It has no extensions, so
 * it is taught what the library shows when a class of this package is used first.
 */
final class IJavaScreen extends KernelPage {

    private static final String MAIN_CLASS = "io.github.spencerpark.ijava.IJava";

    private final BaseKernel kernel;

    IJavaScreen(BaseKernel kernel) {
        this.kernel = kernel;
    }

    /** The running kernel; IJava itself is on no registry, so its one method is looked up. */
    static Optional<IJavaScreen> find() {
        try {
            Object kernel = Class.forName(MAIN_CLASS).getMethod("getKernelInstance").invoke(null);
            return kernel instanceof BaseKernel running
                    ? Optional.of(new IJavaScreen(running))
                    : Optional.empty();
        } catch (ReflectiveOperationException | LinkageError e) { // another kernel, or none
            return Optional.empty();
        }
    }

    /** Charts, grids, animations, tables and arrays show as the value of a cell from now on. */
    void teach() {
        Renderable.types().forEach(this::register);
    }

    private <T> void register(Class<T> type, String mime) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(mime)
                .register(
                        (value, context) -> fill(context.getOutputContainer(), Content.of(value)));
    }

    @Override
    void display(Content content) {
        kernel.display(fill(new DisplayData(), content));
    }

    @Override
    public void open(String id, Content content) {
        DisplayData data = fill(new DisplayData(), content);
        data.setDisplayId(id);
        kernel.display(data);
    }

    @Override
    public void replace(String id, Content content) {
        kernel.getIO().display.updateDisplay(id, fill(new DisplayData(), content));
    }

    private static DisplayData fill(DisplayData data, Content content) {
        data.putText(content.text());
        data.putData(content.mime(), content.data());
        if (content.width() > 0) {
            data.putMetaData(content.mime(), size(content));
        }
        return data;
    }
}
