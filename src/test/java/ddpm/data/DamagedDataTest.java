package ddpm.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ddpm.reference.Damage;
import ddpm.reference.DamagedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A damaged file of images is refused in a sentence, and before it costs memory. */
class DamagedDataTest {

    /** Bytes of Java's memory; a file may claim 1 GiB, and gets 64 MiB before it must show it. */
    private static final long ALLOWED = 80L << 20;

    private static final Map<String, DamagedFormat> FORMATS =
            Map.of(
                    "plain IDX", new DamagedIdx(false),
                    "packed IDX", new DamagedIdx(true),
                    "grey PNG", new DamagedPng(1),
                    "coloured PNG", new DamagedPng(3),
                    "CIFAR-10", new DamagedCifar());

    @TempDir private Path folder;

    static Set<String> formats() {
        return new TreeSet<>(FORMATS.keySet());
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyDamageThatShowsIsRefused(String format) throws IOException {
        check(format, 300, new SplittableRandom(1));
    }

    @ParameterizedTest
    @MethodSource("formats")
    @Tag("slow")
    void threeThousandDamagedFilesOfAFormat(String format) throws IOException {
        check(format, 3000, new SplittableRandom(2))
                .forEach(
                        (damage, count) ->
                                System.out.println(format + ", " + damage + ": " + count));
    }

    private Map<Damage, DamagedFiles<ImageSet>> check(
            String name, int files, SplittableRandom random) throws IOException {
        DamagedFormat format = FORMATS.get(name);
        assertEquals(format.write(folder), format.load(folder));
        Map<Damage, DamagedFiles<ImageSet>> counts = new EnumMap<>(Damage.class);
        for (Damage damage : format.kinds()) {
            var count = new DamagedFiles<ImageSet>(BadDataException.class, folder, ALLOWED);
            for (int i = 0; i < files / format.kinds().size(); i++) {
                clear();
                format.write(folder);
                Optional<ImageSet> unseen = format.spoil(folder, damage, random);
                count.load(() -> format.load(folder), unseen);
            }
            counts.put(damage, count);
        }
        clear();
        assertEquals(format.write(folder), format.load(folder));
        return counts;
    }

    private void clear() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }
}
