package org.dflib.jjava.distro;

import java.io.File;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;

/**
 * Explains the name at the cursor: its signature, and below it the Javadoc, if the sources are in a
 * folder or jar that the environment variable JJAVA_SOURCES names, or in the JDK's src.zip.
 *
 * <p>JShell looks into the src.zip only, and has no door for more, nor for its own layout of
 * Javadoc: both are reached by reflection. Where a JDK has them no longer, less is shown.
 */
final class Documentation {

    private static final String SOURCES = "JJAVA_SOURCES";
    private static final int WIDTH = 80;
    private static final Pattern PACKAGE = Pattern.compile("\\b(?:[a-z]\\w*\\.)+(?=[A-Z])");
    private static final Pattern INLINE = Pattern.compile("\\{@\\w+\\s+#?([^{}]*)}");

    /** Else JShell's layout takes the space away that ends the first sentence. */
    private static final Pattern SENTENCE = Pattern.compile("\\.(?=\\s)");

    private final SourceCodeAnalysis analysis;

    Documentation(JShell shell) {
        analysis = shell.sourceCodeAnalysis();
        String paths = Optional.ofNullable(System.getenv(SOURCES)).orElse("");
        List<Path> sources =
                Stream.of(paths.split(File.pathSeparator))
                        .filter(path -> !path.isEmpty())
                        .map(Path::of)
                        .filter(Files::isReadable)
                        .toList();
        if (!sources.isEmpty()) {
            add(sources);
        }
    }

    private void add(List<Path> sources) {
        try {
            Method find = analysis.getClass().getDeclaredMethod("findSources");
            Field known = analysis.getClass().getDeclaredField("availableSources");
            find.setAccessible(true);
            known.setAccessible(true);
            List<Path> all = new ArrayList<>(sources);
            ((List<?>) find.invoke(analysis)).forEach(path -> all.add((Path) path));
            known.set(analysis, all);
        } catch (ReflectiveOperationException | RuntimeException e) {
            // then there are signatures only
        }
    }

    /**
     * All that the name can mean, or null.
     *
     * @param code a cell
     * @param at a place in it: on the name, or behind it, or among the arguments of a call
     */
    DisplayData of(String code, int at) {
        String text =
                analysis.documentation(code, behindName(code, at), true).stream()
                        .map(Documentation::text)
                        .collect(Collectors.joining("\n\n"));
        return text.isEmpty() ? null : new DisplayData(text);
    }

    /** The end of the name at the cursor, or the beginning of the arguments that follow it. */
    private static int behindName(String code, int at) {
        int end = Math.min(at, Math.max(0, code.length() - 1));
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
            end++;
        }
        int next = end;
        while (next < code.length() && Character.isWhitespace(code.charAt(next))) {
            next++;
        }
        return next < code.length() && code.charAt(next) == '(' ? next + 1 : end;
    }

    private static String text(SourceCodeAnalysis.Documentation found) {
        String signature = found.signature();
        if (signature.contains("(")) {
            signature = PACKAGE.matcher(signature).replaceAll("");
        }
        String javadoc = found.javadoc();
        return javadoc == null ? signature : laidOut(signature, javadoc).strip();
    }

    private static String laidOut(String signature, String javadoc) {
        String plain = INLINE.matcher(javadoc).replaceAll(Documentation::escaped);
        String sentences = SENTENCE.matcher(plain).replaceAll(".&#32;");
        String blocks = sentences.replace("<pre>", "<p><pre>"); // a formula begins a line
        try {
            Class<?> layout = Class.forName("jdk.internal.shellsupport.doc.JavadocFormatter");
            Object made = layout.getConstructor(int.class, boolean.class).newInstance(WIDTH, false);
            Method format = layout.getMethod("formatJavadoc", String.class, String.class);
            return (String) format.invoke(made, signature, blocks);
        } catch (ReflectiveOperationException | RuntimeException e) {
            return signature + "\n" + javadoc;
        }
    }

    /** What a tag inside a sentence holds, for a layout that reads it as HTML. */
    private static String escaped(MatchResult tag) {
        return tag.group(1).replace("&", "&amp;").replace("<", "&lt;").replace("$", "&#36;");
    }
}
