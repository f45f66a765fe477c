package ddpm.training;

import ddpm.Check;
import ddpm.network.NetworkConfig;
import ddpm.training.TensorHeader.Entry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a checkpoint: each parameter by its name, its moving average, and the optimiser's
 * moments as one flat tensor each.
 *
 * @param parameters the shape of each parameter of the network
 */
record Names(Map<String, List<Long>> parameters) {

    static final List<String> FIRST = List.of("adamw.first");
    static final List<String> SECOND = List.of("adamw.second");
    static final List<String> COUNT = List.of("adamw.count");

    private static final String AVERAGE = "average.";

    static Names of(NetworkConfig config) {
        Map<String, List<Long>> parameters = new LinkedHashMap<>();
        config.parameterShapes()
                .forEach(
                        (name, shape) ->
                                parameters.put(
                                        name, Arrays.stream(shape.getShape()).boxed().toList()));
        return new Names(parameters);
    }

    List<String> weights() {
        return List.copyOf(parameters.keySet());
    }

    List<String> average() {
        return parameters.keySet().stream().map(name -> AVERAGE + name).toList();
    }

    /** The tensors of a training, in the order in which they are written. */
    Map<String, List<Long>> ofTraining(boolean averaged) {
        Map<String, List<Long>> shapes = new LinkedHashMap<>(parameters);
        if (averaged) {
            parameters.forEach((name, shape) -> shapes.put(AVERAGE + name, shape));
        }
        long count = 0;
        for (List<Long> shape : parameters.values()) {
            count += shape.stream().reduce(1L, (a, b) -> a * b);
        }
        shapes.put(FIRST.get(0), List.of(count));
        shapes.put(SECOND.get(0), List.of(count));
        shapes.put(COUNT.get(0), List.of());
        return shapes;
    }

    /** Checks that the tensors are those of this network, and no others. */
    void check(Map<String, Entry> tensors, boolean training) {
        boolean averaged = tensors.keySet().stream().anyMatch(name -> name.startsWith(AVERAGE));
        Map<String, List<Long>> need = training ? ofTraining(averaged) : parameters;
        need.forEach(
                (name, shape) -> {
                    Check.that(tensors.containsKey(name), "the tensor %s is missing", name);
                    List<Long> got = tensors.get(name).shape();
                    Check.that(
                            got.equals(shape),
                            "the tensor %s has shape %s, but the network needs %s",
                            name,
                            got,
                            shape);
                });
        for (String name : tensors.keySet()) {
            Check.that(
                    need.containsKey(name),
                    "the network has no place for the tensor %s",
                    TensorHeader.brief(name));
        }
    }
}
