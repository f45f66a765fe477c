package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ddpm.doctor.Findings;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Teaches the JJava kernel to show charts, image grids, animations, tables and tensors when they
 * are the value of a cell. The kernel finds and installs it.
 */
public final class NotebookExtension implements Extension {

    /** Called by the kernel. */
    public NotebookExtension() {}

    /** Never throws: that would end the kernel. */
    @Override
    public void install(BaseKernel kernel) {
        try {
            Headless.ensure();
            register(kernel, Chart.class, Content.PNG);
            register(kernel, ImageGrid.class, Content.PNG);
            register(kernel, Animation.class, Content.HTML);
            register(kernel, Table.class, Content.HTML);
            register(kernel, Findings.class, Content.HTML);
            register(kernel, NDArray.class, Content.TEXT);
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
