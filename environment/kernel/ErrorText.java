package org.dflib.jjava.distro;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.UnresolvedReferenceException;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.kernel.execution.CompilationException;
import org.dflib.jjava.kernel.execution.EvaluationInterruptedException;
import org.dflib.jjava.kernel.execution.IncompleteSourceException;

/** Errors as readers see them: the message first, then their own lines that led to it. */
final class ErrorText {

    private static final int MOST_LINES = 8;

    /** How the call begins that stands for a line with a percent sign. */
    private static final String MAGIC = "org.dflib.jjava.";

    /** JShell's names for the code of a cell that is in no method, and for what it adds. */
    private static final Pattern HIDDEN_METHOD = Pattern.compile("^$|do_it\\$");

    private static final String AUXILIARY = "$Aux";

    /** JShell's name for the class around a snippet. */
    private static final Pattern HIDDEN_CLASS = Pattern.compile("REPL\\.\\$JShell\\$\\w+\\.");

    private final JShell shell;
    private final StringStyler styler;
    private final Map<String, Origin> origins = new HashMap<>();

    /** The cell and the text of a snippet. */
    private record Origin(int cell, List<String> lines) {

        String place(StackTraceElement frame) {
            int line = frame.getLineNumber();
            String text = 1 <= line && line <= lines.size() ? lines.get(line - 1).strip() : "";
            text = text.startsWith(MAGIC) ? "" : text;
            String method = HIDDEN_METHOD.matcher(frame.getMethodName()).find() ? "" : name(frame);
            return "    at %scell [%d]:  %s".formatted(method, cell, text).stripTrailing();
        }

        private static String name(StackTraceElement frame) {
            String type = frame.getClassName();
            return (type.isEmpty() ? "" : type + ".") + frame.getMethodName() + ", ";
        }
    }

    ErrorText(JShell shell, StringStyler styler) {
        this.shell = shell;
        this.styler = styler;
    }

    /** Remembers where a snippet was typed: frames name it by its id. */
    void note(Snippet snippet, int cell) {
        origins.put("#" + snippet.id(), new Origin(cell, snippet.source().lines().toList()));
    }

    /** The text of an error of a cell; empty for an error of the kernel. */
    Optional<List<String>> of(Throwable error) {
        if (error instanceof CompilationException e) {
            return Optional.of(compilation(e.getBadSnippetCompilation().snippet()));
        } else if (error instanceof IncompleteSourceException e) {
            return Optional.of(incomplete(e.getSource()));
        } else if (error instanceof EvaluationInterruptedException) {
            return Optional.of(List.of(styler.primary("Interrupted.")));
        } else if (error instanceof StoppableEvaluator.StillRunningException e) {
            return Optional.of(List.of(styler.primary("Interrupted, but " + e.getMessage())));
        } else if (error.getCause() instanceof JShellException e) {
            return Optional.of(thrown(e));
        }
        return Optional.empty();
    }

    private List<String> compilation(Snippet snippet) {
        List<String> text = new ArrayList<>();
        shell.diagnostics(snippet)
                .filter(Diag::isError)
                .forEach(
                        problem -> {
                            String message = oneLine(problem.getMessage(Locale.ROOT));
                            text.add(styler.primary(message));
                            text.addAll(marked(snippet.source(), problem));
                        });
        return text;
    }

    /** Only the lines that the problem touches. */
    private List<String> marked(String source, Diag problem) {
        int begin = (int) problem.getStartPosition();
        int end = (int) problem.getEndPosition();
        if (begin < 0 || end < begin || end > source.length()) {
            return styler.primaryLines(source);
        }
        int first = source.lastIndexOf('\n', begin - 1) + 1;
        int after = source.indexOf('\n', end);
        String lines = source.substring(first, after < 0 ? source.length() : after);
        return styler.highlightSubstringLines(lines, begin - first, end - first);
    }

    private List<String> incomplete(String source) {
        List<String> text = new ArrayList<>();
        text.add(
                styler.primary(
                        "The cell ends too early: is a bracket or a quotation mark missing?"));
        text.addAll(styler.primaryLines(source));
        return text;
    }

    private List<String> thrown(JShellException error) {
        List<String> text = new ArrayList<>();
        text.add(styler.primary(headline(error)));
        List<String> places = places(error);
        text.addAll(places.subList(0, Math.min(MOST_LINES, places.size())));
        if (places.size() > MOST_LINES) {
            text.add("    … and " + (places.size() - MOST_LINES) + " more calls");
        }
        for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
            text.add(styler.primary("because of " + headline(cause)));
        }
        return text;
    }

    private List<String> places(JShellException error) {
        List<String> places = new ArrayList<>();
        for (StackTraceElement frame : error.getStackTrace()) {
            Origin origin = origins.get(frame.getFileName());
            if (origin != null && !frame.getMethodName().endsWith(AUXILIARY)) {
                places.add(origin.place(frame));
            }
        }
        return places;
    }

    private String headline(Throwable error) {
        if (error instanceof UnresolvedReferenceException unresolved) {
            return "%s uses what is not defined: %s"
                    .formatted(
                            UnknownNames.title(unresolved.getSnippet()),
                            UnknownNames.missing(shell, unresolved.getSnippet()));
        }
        String type =
                error instanceof EvalException thrown
                        ? thrown.getExceptionClassName()
                        : error.getClass().getName();
        String name = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
        String message = error.getMessage();
        return message == null || message.equals("null")
                ? name
                : name + ": " + HIDDEN_CLASS.matcher(message).replaceAll("");
    }

    /** A message of the compiler without the places in JShell's own classes. */
    static String oneLine(String message) {
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("location:"))
                .map(line -> line.replaceFirst("^symbol: +", ""))
                .collect(Collectors.joining(": "));
    }
}
