package ddpm.training;

import ddpm.Check;
import ddpm.network.NetworkConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What of a training is not a tensor, as strings for the metadata of its checkpoint. */
final class StateText {

    private static final String OURS = "ddpm.";
    private static final String FORMAT = "ddpm.format";
    private static final String VERSION = "1";
    private static final String CONFIG = "ddpm.config";
    private static final String STEP = "ddpm.step";
    private static final String AVERAGE_UPDATES = "ddpm.averageUpdates";
    private static final String RATE = "ddpm.learningRate";
    private static final String NOTE = "note.";
    private static final int MOST_SHOWN = 300;

    private StateText() {}

    /** Of weights alone. */
    static Map<String, String> of(NetworkConfig config, Map<String, String> notes) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put(FORMAT, VERSION);
        text.put(CONFIG, ConfigText.of(config));
        notes.forEach((name, note) -> text.put(NOTE + name, note));
        return text;
    }

    static Map<String, String> of(
            NetworkConfig config, Trainer trainer, Map<String, String> notes) {
        Map<String, String> text = of(config, notes);
        text.put(STEP, String.valueOf(trainer.step()));
        long updates = trainer.average().map(MovingAverage::updates).orElse(0L);
        text.put(AVERAGE_UPDATES, String.valueOf(updates));
        double rate = trainer.settings().learningRate().at(trainer.step() + 1);
        text.put(RATE, String.valueOf(rate)); // for the reader: a longer run may have another rule
        text.putAll(settings(trainer));
        return text;
    }

    /** What must not change from one run to the next. */
    private static Map<String, String> settings(Trainer trainer) {
        Map<String, String> text = new LinkedHashMap<>();
        text.put("ddpm.seed", String.valueOf(trainer.settings().seed()));
        text.put("ddpm.maxGradientNorm", String.valueOf(trainer.settings().maxGradientNorm()));
        text.put("ddpm.optimizer", trainer.optimizer().toString());
        text.put(
                "ddpm.averageDecay",
                trainer.average().map(a -> String.valueOf(a.decay())).orElse("none"));
        return text;
    }

    static void checkSettings(Map<String, String> metadata, Trainer trainer) {
        settings(trainer)
                .forEach(
                        (name, mine) ->
                                Check.that(
                                        mine.equals(metadata.get(name)),
                                        "%s is %s in the checkpoint but %s in the trainer",
                                        name.substring(OURS.length()),
                                        metadata.get(name),
                                        mine));
    }

    /** Whether the file holds a training, and not weights alone. */
    static boolean hasTraining(Map<String, String> metadata) {
        return metadata.containsKey(STEP);
    }

    /** Whether this library wrote the file, so that it must be whole and have a digest. */
    private static boolean isOurs(Map<String, String> metadata) {
        return metadata.keySet().stream().anyMatch(name -> name.startsWith(OURS));
    }

    /** The configuration in a file, or the wanted one if another program wrote the file. */
    static NetworkConfig config(TensorHeader header, Optional<NetworkConfig> wanted) {
        Map<String, String> metadata = header.metadata();
        if (!isOurs(metadata)) {
            return wanted.orElseThrow(
                    () ->
                            new IllegalArgumentException(
                                    "it names no network; give load(…) a configuration"));
        }
        for (String name : new String[] {SafeTensors.DIGEST, FORMAT, CONFIG}) {
            Check.that(metadata.containsKey(name), "its %s is missing", name);
        }
        String version = metadata.get(FORMAT);
        Check.that(version.equals(VERSION), "its format is %s, not %s", version, VERSION);
        if (hasTraining(metadata)) {
            Check.that(
                    step(metadata) >= 0 && averageUpdates(metadata) >= 0,
                    "its step %d is negative",
                    step(metadata));
        }
        String text = metadata.get(CONFIG);
        if (wanted.isEmpty()) {
            return ConfigText.parse(text, header.tensors().size(), header.numbers());
        }
        Check.that(
                ConfigText.of(wanted.get()).equals(text),
                "it is of another network: %s",
                text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…");
        return wanted.get();
    }

    static long step(Map<String, String> metadata) {
        return number(metadata, STEP);
    }

    static long averageUpdates(Map<String, String> metadata) {
        return number(metadata, AVERAGE_UPDATES);
    }

    private static long number(Map<String, String> metadata, String name) {
        String text = metadata.getOrDefault(name, "missing");
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("its " + name + " is " + text, e);
        }
    }

    static Map<String, String> notes(Map<String, String> metadata) {
        Map<String, String> notes = new LinkedHashMap<>();
        metadata.forEach(
                (name, note) -> {
                    if (name.startsWith(NOTE)) {
                        notes.put(name.substring(NOTE.length()), note);
                    }
                });
        return notes;
    }
}
