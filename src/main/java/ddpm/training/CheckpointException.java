package ddpm.training;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** A checkpoint cannot be read or written. The message names the file and says what to do. */
public final class CheckpointException extends UncheckedIOException {

    @Serial private static final long serialVersionUID = 1L;

    private CheckpointException(String message, IOException cause) {
        super(message, cause);
    }

    static CheckpointException of(
            Object file, String whatIsWrong, String whatToDo, Exception cause) {
        IOException io = cause instanceof IOException e ? e : new IOException(whatIsWrong, cause);
        return new CheckpointException(file + ": " + whatIsWrong + ". " + whatToDo + ".", io);
    }
}
