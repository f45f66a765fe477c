package ddpm.notebook;

import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;

/**
 * Teaches the JJava kernel to show charts, image grids, animations, tables and arrays when they are
 * the value of a cell. The kernel finds and installs it.
 */
public final class NotebookExtension implements Extension {

    /** Called by the kernel. */
    public NotebookExtension() {}

    /** Never throws: that would end the kernel. */
    @Override
    public void install(BaseKernel kernel) {
        try {
            Headless.ensure();
            Renderable.types().forEach((type, mime) -> register(kernel, type, mime));
        } catch (RuntimeException | LinkageError e) {
            System.err.println("Charts and tables will show as text only: " + e);
        }
    }

    private static <T> void register(BaseKernel kernel, Class<T> type, String mime) {
        kernel.getRenderer()
                .createRegistration(type)
                .preferring(mime)
                .register(
                        (value, context) ->
                                KernelScreen.fill(context.getOutputContainer(), Content.of(value)));
    }
}
