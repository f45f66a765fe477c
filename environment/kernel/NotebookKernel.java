package org.dflib.jjava.distro;

import java.util.List;
import jdk.jshell.JShell;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.HelpLink;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
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
 * names, and the status in the reply to kernel_info.
 */
final class NotebookKernel extends JavaKernel {

    private static final String PROTOCOL = "5.3";

    private final UnknownNames unknownNames;
    private final ErrorText errorText;

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

    /** A cursor behind the last character asks about that character. */
    @Override
    public DisplayData inspect(String code, int at, boolean detailed) {
        return super.inspect(code, Math.min(at, Math.max(0, code.length() - 1)), detailed);
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
