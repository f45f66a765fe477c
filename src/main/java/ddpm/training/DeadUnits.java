package ddpm.training;

import ddpm.Check;
import ddpm.network.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Units of a network that no longer learn: channels of a convolution or of a normalisation, and
 * outputs of a linear map, whose parameters get no gradient any more. A SiLU whose input is far
 * below zero does that to the unit before it.
 *
 * <p>The optimiser's mean gradient m tells: without new gradients it shrinks by β_1 in every step,
 * while the mean square v hardly changes. A unit is dead if |m| ≤ 10⁻⁸ √v for all its parameters,
 * which with β_1 = 0.9 takes 175 steps without any gradient. With {@link Muon}'s 0.95 for matrices
 * it takes 360.
 *
 * @param dead the layers that have dead units, and how many
 * @param count the number of dead units
 * @param units the number of units of the network
 */
public record DeadUnits(Map<String, Integer> dead, int count, int units) {

    private static final double LIMIT = 1e-8;

    /** A handful of dead units does no harm. */
    private static final double MOST = 0.01;

    /** The steps that a training must have made before units can be told dead. */
    public static final int LEAST_STEPS = 200;

    private static final int LAYERS_SHOWN = 3;

    private record Parameter(int offset, int each) {}

    /**
     * Copies the map.
     *
     * @param dead the layers that have dead units, and how many
     * @param count the number of dead units
     * @param units the number of units of the network
     */
    public DeadUnits {
        Check.that(0 <= count && count <= units, "%d of %d units cannot be dead", count, units);
        dead = Collections.unmodifiableMap(new LinkedHashMap<>(dead));
    }

    /**
     * Looks at a training after its last step.
     *
     * @param trainer has made at least {@value #LEAST_STEPS} steps; before, no unit counts as dead
     * @return the dead units
     */
    public static DeadUnits of(Trainer trainer) {
        float[] first = trainer.optimizer().first();
        float[] second = trainer.optimizer().second();
        boolean early = trainer.step() < LEAST_STEPS;
        Map<String, Integer> dead = new LinkedHashMap<>();
        int total = 0;
        for (var layer : layers(trainer.weights()).entrySet()) {
            int units = layer.getValue().units();
            int count = 0;
            for (int u = 0; u < units && !early; u++) {
                count += layer.getValue().isDead(u, first, second) ? 1 : 0;
            }
            total += units;
            if (count > 0) {
                dead.put(layer.getKey(), count);
            }
        }
        return new DeadUnits(dead, dead.values().stream().mapToInt(n -> n).sum(), total);
    }

    /** The parameters that share a name up to the last dot; their first axis counts the units. */
    private record LayerParts(int units, List<Parameter> parameters) {

        boolean isDead(int unit, float[] first, float[] second) {
            for (Parameter p : parameters) {
                int begin = p.offset() + unit * p.each();
                for (int i = begin; i < begin + p.each(); i++) {
                    if (Math.abs(first[i]) > LIMIT * Math.sqrt(second[i])) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    private static Map<String, LayerParts> layers(Weights weights) {
        Map<String, LayerParts> layers = new LinkedHashMap<>();
        for (String name : weights.names()) {
            var shape = weights.get(name).getShape();
            int units = (int) shape.get(0);
            int each = (int) shape.size() / units;
            layers.computeIfAbsent(
                            name.substring(0, name.lastIndexOf('.')),
                            key -> new LayerParts(units, new ArrayList<>()))
                    .parameters()
                    .add(new Parameter(weights.offset(name), each));
        }
        return layers;
    }

    /**
     * Whether more than one unit in a hundred is dead.
     *
     * @return true if there is reason to worry
     */
    public boolean isTooMany() {
        return count > MOST * units;
    }

    /** {@return the number of dead units, and the layers that have most of them} */
    @Override
    public String toString() {
        if (count == 0) {
            return "no dead units among " + units;
        }
        String worst =
                dead.entrySet().stream()
                        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                        .limit(LAYERS_SHOWN)
                        .map(e -> e.getValue() + " in " + e.getKey())
                        .collect(Collectors.joining(", "));
        int more = dead.size() - LAYERS_SHOWN;
        return count
                + " of "
                + units
                + " units are dead: "
                + worst
                + (more > 0 ? ", the rest in " + more + " more layers" : "");
    }
}
