package ddpm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The map of the formulas, in the README and in notebook 00, names things that exist. */
class MapTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Path TESTS = Path.of("src/test/java");
    private static final Path FIRST_NOTEBOOK = Path.of("notebooks/00-first-digits.ipynb");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| F(\\d+) \\|.*\\|$");
    private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(([^)#]+\\.ipynb)[^)]*\\)");
    private static final Pattern CODE = Pattern.compile("`(\\w+)\\.(\\w+)`");

    private static List<String> rows(String text) {
        return ROW.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }

    /** The text cells of a notebook, one after the other. */
    private static String texts(Path notebook) throws IOException {
        StringBuilder all = new StringBuilder();
        JsonObject root = JsonParser.parseString(Files.readString(notebook)).getAsJsonObject();
        for (JsonElement cell : root.getAsJsonArray("cells")) {
            JsonObject c = cell.getAsJsonObject();
            if (c.get("cell_type").getAsString().equals("markdown")) {
                c.getAsJsonArray("source").forEach(line -> all.append(line.getAsString()));
                all.append("\n\n");
            }
        }
        return all.toString();
    }

    @Test
    void everyFormulaHasARow() throws IOException {
        List<String> ids =
                rows(readme()).stream().map(r -> r.substring(2, r.indexOf(' ', 2))).toList();
        assertEquals(IntStream.rangeClosed(0, 18).mapToObj(i -> "F" + i).toList(), ids);
    }

    @Test
    void theFirstNotebookHoldsTheSameMap() throws IOException {
        List<String> here = rows(readme());
        List<String> there = rows(texts(FIRST_NOTEBOOK));
        assertEquals(here.stream().map(r -> r.replace("(notebooks/", "(")).toList(), there);
    }

    @Test
    void everySectionExists() throws IOException {
        for (String row : rows(readme())) {
            Matcher link = LINK.matcher(row);
            assertTrue(link.find(), "no section: " + row);
            Path notebook = Path.of(link.group(2));
            assertTrue(Files.exists(notebook), row);
            String heading = "(?m)^#{2,4} " + Pattern.quote(link.group(1)) + "$";
            assertTrue(
                    Pattern.compile(heading).matcher(texts(notebook)).find(),
                    notebook + " has no heading \"" + link.group(1) + "\"");
        }
    }

    @Test
    void everyMethodAndTestExists() throws Exception {
        for (String row : rows(readme())) {
            Matcher code = CODE.matcher(row);
            int tests = 0;
            while (code.find()) {
                boolean test = code.group(1).matches("\\w+(Test|Proofs)");
                tests += test ? 1 : 0;
                Class<?> type = find(code.group(1), test ? TESTS : SOURCES);
                assertTrue(
                        has(type, code.group(2), test), code.group() + " does not exist: " + row);
            }
            assertTrue(tests >= 1, "no test: " + row);
        }
    }

    private static Class<?> find(String simpleName, Path root) throws Exception {
        try (Stream<Path> files = Files.walk(root)) {
            Path file =
                    files.filter(f -> f.getFileName().toString().equals(simpleName + ".java"))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError("no class " + simpleName));
            String name = root.relativize(file).toString().replace(".java", "");
            return Class.forName(name.replace('/', '.').replace('\\', '.'));
        }
    }

    private static boolean has(Class<?> type, String member, boolean test) {
        List<Method> methods = new ArrayList<>(Arrays.asList(type.getDeclaredMethods()));
        methods.addAll(Arrays.asList(type.getMethods()));
        boolean field = Arrays.stream(type.getFields()).anyMatch(f -> f.getName().equals(member));
        return (!test && field)
                || methods.stream()
                        .filter(m -> m.getName().equals(member))
                        .anyMatch(m -> !test || isTest(m));
    }

    /** A test, or a check with planted bugs that the tests go through. */
    private static boolean isTest(Method method) {
        return method.getReturnType().getSimpleName().equals("Proof")
                || Arrays.stream(method.getAnnotations())
                        .map(a -> a.annotationType().getSimpleName())
                        .anyMatch(n -> n.endsWith("Test") || n.equals("TestFactory"));
    }
}
