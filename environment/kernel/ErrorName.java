package org.dflib.jjava.distro;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.messages.publish.PublishError;
import org.dflib.jjava.jupyter.messages.reply.ErrorReply;

/**
 * Name and message of an error, taken from the first line of its text. JJava itself gives the name
 * RuntimeException to all that a cell throws.
 */
record ErrorName(String name, String message) {

    private static final Pattern STYLE = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Pattern HEADLINE =
            Pattern.compile("(?<name>[A-Z]\\w*(\\.[A-Z]\\w*)*)(: (?<message>.*))?", Pattern.DOTALL);

    static ErrorName of(PublishError error) {
        String first = error.getStacktrace().isEmpty() ? "" : error.getStacktrace().get(0);
        String headline = STYLE.matcher(first).replaceAll("");
        Matcher parts = HEADLINE.matcher(headline);
        if (parts.matches()) {
            String message = parts.group("message");
            return new ErrorName(parts.group("name"), message == null ? "" : message);
        }
        return new ErrorName(error.getErrorName(), headline);
    }

    PublishError named(PublishError error) {
        return new PublishError(name, message, error.getStacktrace());
    }

    ErrorReply named(ErrorReply error, int executionCount) {
        var named = new ErrorReply(name, message, error.getStacktrace());
        named.setExecutionCount(executionCount);
        return named;
    }
}
