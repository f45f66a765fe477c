package org.dflib.jjava.distro;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dflib.jjava.jupyter.messages.publish.PublishError;
import org.dflib.jjava.jupyter.messages.reply.ErrorReply;

/**
 * Name, message and text of an error, the first two taken from the first line of the text. JJava
 * itself gives the name RuntimeException to all that a cell throws.
 */
record ErrorName(String name, String message, List<String> text) {

    private static final Pattern STYLE = Pattern.compile("\u001B\\[[0-9;]*m");
    private static final Pattern HEADLINE =
            Pattern.compile("(?<name>[A-Z]\\w*(\\.[A-Z]\\w*)*)(: (?<message>.*))?", Pattern.DOTALL);

    static ErrorName of(PublishError error) {
        String first = error.getStacktrace().isEmpty() ? "" : error.getStacktrace().get(0);
        String headline = STYLE.matcher(first).replaceAll("");
        Matcher parts = HEADLINE.matcher(headline);
        if (parts.matches()) {
            String message = parts.group("message");
            String words = message == null ? "" : message;
            return new ErrorName(parts.group("name"), words, error.getStacktrace());
        }
        return new ErrorName(error.getErrorName(), headline, error.getStacktrace());
    }

    PublishError toPublish() {
        return new PublishError(name, message, text);
    }

    ErrorReply toReply(int executionCount) {
        var reply = new ErrorReply(name, message, text);
        reply.setExecutionCount(executionCount);
        return reply;
    }
}
