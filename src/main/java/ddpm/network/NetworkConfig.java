package ddpm.network;

import ai.djl.ndarray.types.Shape;
import java.util.Map;

/** The shape of a network: what can be said of it before it is made. */
public interface NetworkConfig {

    /**
     * The names and shapes of the parameters in their order in the flat buffer, listed without
     * making them.
     *
     * @return a shape for each of {@link Weights#names()}
     */
    Map<String, Shape> parameterShapes();
}
