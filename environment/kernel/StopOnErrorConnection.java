package org.dflib.jjava.distro;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.channels.JupyterConnection;
import org.dflib.jjava.jupyter.channels.ShellChannel;
import org.dflib.jjava.jupyter.channels.ShellHandler;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.KernelConnectionProperties;
import org.dflib.jjava.jupyter.messages.ContentType;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.MessageContext;
import org.dflib.jjava.jupyter.messages.MessageType;
import org.dflib.jjava.jupyter.messages.ReplyType;
import org.dflib.jjava.jupyter.messages.publish.PublishError;
import org.dflib.jjava.jupyter.messages.publish.PublishExecuteInput;
import org.dflib.jjava.jupyter.messages.reply.ErrorReply;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;
import org.dflib.jjava.shaded.org.zeromq.ZMQ;

/**
 * Honours the protocol's stop_on_error: when a cell fails, the cells that wait in the queue already
 * are not executed but answered with the status "aborted". Else "Run All" goes on after an error.
 *
 * <p>The queue and not the clock decides: the requests carry the time of the browser's machine.
 */
final class StopOnErrorConnection extends JupyterConnection {

    StopOnErrorConnection(KernelConnectionProperties properties)
            throws NoSuchAlgorithmException, InvalidKeyException {
        super(properties);
    }

    @Override
    public <T> void setHandler(MessageType<T> type, ShellHandler<T> handler) {
        super.setHandler(
                type,
                (env, message) -> {
                    handler.handle(env, message);
                    if (stopsOthers(env, message)) {
                        env.resolveDeferrals(); // its own reply comes first
                        waiting().forEach(this::leaveOut);
                    }
                });
    }

    private static boolean stopsOthers(ShellReplyEnvironment env, Message<?> message) {
        return message.getContent() instanceof ExecuteRequest request
                && request.shouldStopOnError()
                && !request.isSilent()
                && env instanceof Watched watched
                && watched.failed;
    }

    /** All that has arrived by now. */
    private List<Message<?>> waiting() {
        List<Message<?>> messages = new ArrayList<>();
        while ((shell.getEvents() & ZMQ.Poller.POLLIN) != 0) {
            messages.add(shell.readMessage());
        }
        return messages;
    }

    /** Answers as the shell's loop does, except that cells are not executed. */
    private <T> void leaveOut(Message<T> message) {
        ShellReplyEnvironment env = prepareReplyEnv(shell, message);
        ShellHandler<T> handler = getHandler(message.getHeader().getType());
        try {
            if (message.getContent() instanceof ExecuteRequest) {
                env.setBusyDeferIdle();
                env.defer().reply(new Aborted());
            } else if (handler != null) {
                handler.handle(env, message);
            }
        } finally {
            env.resolveDeferrals();
        }
        if (env.isMarkedForShutdown()) {
            close();
        }
    }

    @Override
    public ShellReplyEnvironment prepareReplyEnv(ShellChannel channel, MessageContext context) {
        return new Watched(channel, context);
    }

    /** Notes whether the reply is an error, and names it as its text does. */
    private final class Watched extends ShellReplyEnvironment {

        private boolean failed;
        private int executionCount;
        private ErrorName name;

        Watched(ShellChannel channel, MessageContext context) {
            super(channel, stdin, iopub, context);
        }

        @Override
        @SuppressWarnings("unchecked") // an error's type is its own
        public <T extends ContentType<T>> void publish(T content) {
            if (content instanceof PublishExecuteInput input) {
                executionCount = input.getCount();
            }
            if (content instanceof PublishError error) {
                name = ErrorName.of(error);
                super.publish((T) name.toPublish());
            } else {
                super.publish(content);
            }
        }

        @Override
        public void publish(Message<?> message) {
            StoppableEvaluator.uninterrupted(() -> super.publish(message));
        }

        @Override
        public void replyError(MessageType<?> type, ErrorReply error) {
            failed = true;
            super.replyError(type, name == null ? error : name.toReply(executionCount));
        }
    }

    /** The reply to a request that is not executed. */
    private static final class Aborted implements ContentType<Aborted>, ReplyType<ExecuteRequest> {

        @SuppressWarnings("unused") // written as JSON
        private final String status = "aborted";

        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // the type gives the message its name only
        public MessageType<Aborted> getType() {
            return (MessageType) MessageType.EXECUTE_REPLY;
        }

        @Override
        public MessageType<ExecuteRequest> getRequestType() {
            return MessageType.EXECUTE_REQUEST;
        }
    }
}
