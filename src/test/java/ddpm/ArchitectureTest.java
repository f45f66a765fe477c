package ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The parts stand in the order of the paper, and a part uses only the parts before it. */
final class ArchitectureTest {

    private static final Path SOURCES = Path.of("src", "main", "java", "ddpm");

    private static final List<String> PARTS =
            List.of(
                    "schedule",
                    "forward",
                    "posterior",
                    "loss",
                    "network",
                    "training",
                    "sampling",
                    "measure");

    /** What a part uses beside the parts before it. */
    private static final Map<String, Set<String>> BESIDE = Map.of("measure", Set.of("data"));

    /** What stands beside the parts, and the parts that it may use. */
    private static final Map<String, Set<String>> LEAVES =
            Map.of(
                    "data", Set.of("schedule", "forward", "posterior"),
                    "pretrained", partsAnd("data"),
                    "doctor", partsAnd("data"),
                    "benchmark", partsAnd("data", "pretrained"),
                    "notebook", partsAnd("data", "pretrained", "doctor"));

    // A use of a package is an import or a name written out in full.
    private static final Pattern USE = Pattern.compile("\\bddpm\\.([a-z]+)\\.[A-Z*]");
    private static final Pattern PART = Pattern.compile("Part (\\d) of (\\d)");

    private static Set<String> partsAnd(String... leaves) {
        Set<String> all = new TreeSet<>(PARTS);
        all.addAll(List.of(leaves));
        return all;
    }

    private static Set<String> allowed(String name) {
        if (LEAVES.containsKey(name)) {
            return LEAVES.get(name);
        }
        Set<String> before = new TreeSet<>(PARTS.subList(0, PARTS.indexOf(name)));
        before.addAll(BESIDE.getOrDefault(name, Set.of()));
        return before;
    }

    @Test
    void aPartUsesOnlyThePartsBeforeIt() throws IOException {
        Set<String> forbidden = new TreeSet<>();
        for (String name : packages()) {
            for (Path file : sources(SOURCES.resolve(name))) {
                for (String used : uses(Files.readString(file))) {
                    if (!used.equals(name) && !allowed(name).contains(used)) {
                        forbidden.add(file + " uses ddpm." + used);
                    }
                }
            }
        }
        assertEquals(Set.of(), forbidden);
    }

    @Test
    void theRootUsesNoPart() throws IOException {
        for (Path file : sources(SOURCES)) {
            assertEquals(Set.of(), uses(Files.readString(file)), file.toString());
        }
    }

    @Test
    void everyPackageIsAPartOrALeaf() throws IOException {
        Set<String> known = new TreeSet<>(PARTS);
        known.addAll(LEAVES.keySet());
        assertEquals(known, packages());
    }

    @Test
    void everyPartSaysItsNumber() throws IOException {
        for (String name : packages()) {
            String text = Files.readString(SOURCES.resolve(name).resolve("package-info.java"));
            Matcher part = PART.matcher(text);
            assertEquals(PARTS.contains(name), part.find(), name);
            if (PARTS.contains(name)) {
                assertEquals(PARTS.indexOf(name) + 1, Integer.parseInt(part.group(1)), name);
                assertEquals(PARTS.size(), Integer.parseInt(part.group(2)), name);
            }
        }
    }

    @Test
    void theMapListsThePartsInOrder() throws IOException {
        String text = Files.readString(SOURCES.resolve("package-info.java"));
        String map = text.replaceAll("\\s+\\*?\\s*", " "); // a line may break inside a name
        int last = -1;
        for (String name : PARTS) {
            int position = map.indexOf("{@code " + name + "}");
            assertTrue(position > last, name + " is missing or out of order in the map");
            last = position;
        }
    }

    @Test
    void theCheckSeesAForbiddenUse() {
        String code =
                "package ddpm.forward;\nimport ddpm.loss.GaussianKl;\nddpm.sampling.Sampler s;";
        assertEquals(Set.of("loss", "sampling"), uses(code));
        assertEquals(Set.of(), uses("import ddpm.Check;\npackage ddpm.forward;"));
        assertEquals(Set.of("data"), uses("import static ddpm.data.PixelScale.toLevel;"));
        assertTrue(!allowed("forward").contains("loss") && allowed("loss").contains("forward"));
    }

    private static Set<String> uses(String code) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = USE.matcher(code);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private static Set<String> packages() throws IOException {
        try (Stream<Path> paths = Files.list(SOURCES)) {
            Set<String> names = new TreeSet<>();
            paths.filter(Files::isDirectory).forEach(p -> names.add(p.getFileName().toString()));
            return names;
        }
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.filter(p -> p.toString().endsWith(".java")).toList();
        }
    }
}
