package org.dflib.jjava.distro;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.HelpLink;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.history.HistoryManager;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import org.dflib.jjava.jupyter.kernel.magic.MagicsResolver;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.reply.KernelInfoReply;
import org.dflib.jjava.jupyter.messages.request.KernelInfoRequest;
import org.dflib.jjava.kernel.JavaKernel;
import org.dflib.jjava.kernel.JavaKernelBuilder;
import org.dflib.jjava.kernel.execution.CodeEvaluator;

/**
 * JJava's kernel, with errors that begin with their message, a word on definitions that use unknown
 * names, the Javadoc of what is under the cursor, and the status in the reply to kernel_info.
 */
final class NotebookKernel extends JavaKernel {

    private static final String PROTOCOL = "5.3";
    private static final Pattern IMPORTS = Pattern.compile("(\\s*import\\s[^;]*;)+");

    private final UnknownNames unknownNames;
    private final ErrorText errorText;
    private final Documentation documentation;

    private NotebookKernel(
            String name,
            String version,
            LanguageInfo language,
            HistoryManager history,
            JupyterIO io,
            CommManager comms,
            Renderer renderer,
            MagicsResolver resolver,
            MagicsRegistry registry,
            boolean extensions,
            StringStyler styler,
            JShell shell,
            CodeEvaluator evaluator) {
        super(
                name,
                version,
                language,
                List.of(new HelpLink("JJava homepage", "https://github.com/dflib/jjava")),
                history,
                io,
                comms,
                renderer,
                resolver,
                registry,
                extensions,
                styler,
                shell,
                evaluator);
        unknownNames = new UnknownNames(shell);
        errorText = new ErrorText(shell, styler);
        documentation = new Documentation(shell);
        shell.onSnippetEvent(
                event -> {
                    if (event.causeSnippet() == null) { // new, and not changed by another one
                        unknownNames.note(event.snippet());
                        errorText.note(event.snippet(), executionCount.get() - 1);
                    }
                });
    }

    static final class Builder extends JavaKernelBuilder<Builder, NotebookKernel> {

        @Override
        public NotebookKernel build() {
            var evaluator = new StoppableEvaluator(buildName(), timeoutDuration, timeoutUnit);
            return new NotebookKernel(
                    buildName(),
                    buildVersion(),
                    buildLanguageInfo(),
                    buildHistoryManager(),
                    buildJupyterIO(buildJupyterIOEncoding()),
                    buildCommManager(),
                    buildRenderer(),
                    buildMagicsResolver(buildMagicTranspiler()),
                    buildMagicsRegistry(),
                    buildExtensionsEnabled(),
                    buildErrorStyler(),
                    buildJShell(evaluator),
                    evaluator);
        }
    }

    @Override
    protected Object doEval(String code) {
        unknownNames.clear();
        Object value = super.doEval(code);
        unknownNames.lines().forEach(System.out::println);
        return value;
    }

    @Override
    public DisplayData inspect(String code, int at, boolean detailed) {
        return documentation.of(withoutImports(code, at), at);
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
        return super.complete(withoutImports(code, at), at);
    }

    /** Blanks the imports before the cursor: else JShell takes the whole cell for an import. */
    private static String withoutImports(String code, int at) {
        Matcher imports = IMPORTS.matcher(code);
        return imports.lookingAt() && imports.end() <= at
                ? " ".repeat(imports.end()) + code.substring(imports.end())
                : code;
    }

    @Override
    protected List<String> formatError(Throwable error) {
        return errorText.of(error).orElseGet(() -> super.formatError(error));
    }

    @Override
    protected void handleKernelInfoRequest(
            ShellReplyEnvironment env, Message<KernelInfoRequest> message) {
        env.setBusyDeferIdle();
        env.reply(new InfoReply(this));
    }

    private static final class InfoReply extends KernelInfoReply {

        @SuppressWarnings("unused") // written as JSON
        private final String status = "ok";

        InfoReply(BaseKernel kernel) {
            super(
                    PROTOCOL,
                    kernel.getName(),
                    kernel.getVersion(),
                    kernel.getLanguageInfo(),
                    kernel.getBanner(),
                    kernel.getHelpLinks());
        }
    }
}
