package ddpm.notebook;

import ai.djl.ndarray.NDArray;
import ddpm.doctor.Findings;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/** What a kernel is taught to show when it is the value of a cell; all else shows as its text. */
final class Renderable {

    /** Arrays of Java, whose own text is an address. A kernel looks each class up by itself. */
    private static final List<Class<?>> ARRAYS =
            List.of(
                    boolean[].class,
                    byte[].class,
                    char[].class,
                    short[].class,
                    int[].class,
                    long[].class,
                    float[].class,
                    double[].class,
                    String[].class,
                    byte[][].class,
                    int[][].class,
                    long[][].class,
                    float[][].class,
                    double[][].class,
                    String[][].class,
                    int[][][].class,
                    float[][][].class,
                    double[][][].class);

    private Renderable() {}

    /** The types, and the form that each prefers. */
    static Map<Class<?>, String> types() {
        Map<Class<?>, String> types = new LinkedHashMap<>();
        types.put(Chart.class, Content.PNG);
        types.put(ImageGrid.class, Content.PNG);
        types.put(BufferedImage.class, Content.PNG);
        types.put(Animation.class, Content.HTML);
        types.put(Table.class, Content.HTML);
        types.put(Findings.class, Content.HTML);
        types.put(NDArray.class, Content.HTML);
        ARRAYS.forEach(type -> types.put(type, Content.TEXT));
        return types;
    }
}
