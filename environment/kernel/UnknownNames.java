package org.dflib.jjava.distro;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.MethodSnippet;
import jdk.jshell.Snippet;

/**
 * Tells of methods and classes that use names which nothing defines yet. JShell accepts them, since
 * a later cell may define the names, and they fail only when they are used.
 */
final class UnknownNames {

    private final JShell shell;
    private final List<Snippet> fresh = new ArrayList<>();

    UnknownNames(JShell shell) {
        this.shell = shell;
    }

    /** A cell begins. */
    void clear() {
        fresh.clear();
    }

    /** The cell has a new snippet. */
    void note(Snippet snippet) {
        fresh.add(snippet);
    }

    /** A line for each definition of the cell that cannot be used yet. */
    Stream<String> lines() {
        return fresh.stream()
                .filter(DeclarationSnippet.class::isInstance)
                .map(DeclarationSnippet.class::cast)
                .filter(this::waits)
                .map(
                        snippet ->
                                "⚠ %s uses what is not defined yet: %s"
                                        .formatted(title(snippet), missing(shell, snippet)));
    }

    private boolean waits(DeclarationSnippet snippet) {
        return switch (shell.status(snippet)) {
            case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED -> true;
            default -> false;
        };
    }

    static String title(DeclarationSnippet snippet) {
        return snippet instanceof MethodSnippet method
                ? "%s(%s)".formatted(method.name(), method.parameterTypes())
                : snippet.name();
    }

    /** Such as "variable y, method z(int)"; what the compiler says where it gives no names. */
    static String missing(JShell shell, DeclarationSnippet snippet) {
        String names = shell.unresolvedDependencies(snippet).collect(Collectors.joining(", "));
        return names.isEmpty()
                ? shell.diagnostics(snippet)
                        .map(problem -> ErrorText.oneLine(problem.getMessage(Locale.ROOT)))
                        .collect(Collectors.joining("; "))
                : names;
    }
}
