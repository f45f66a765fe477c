package ddpm.data;

import java.io.IOException;
import java.io.Serial;
import java.io.UncheckedIOException;

/** A data file is missing, cut or damaged. The message names the file and says what to do. */
public final class BadDataException extends UncheckedIOException {

    @Serial private static final long serialVersionUID = 1L;

    private BadDataException(String message, IOException cause) {
        super(message, cause);
    }

    static BadDataException of(String file, String whatIsWrong, String whatToDo) {
        return of(file, whatIsWrong, whatToDo, new IOException(whatIsWrong));
    }

    static BadDataException of(
            String file, String whatIsWrong, String whatToDo, IOException cause) {
        return new BadDataException(file + ": " + whatIsWrong + ". " + whatToDo + ".", cause);
    }
}
