package ddpm.notebook;

import java.io.Serial;

/**
 * A claim of a notebook does not hold. The message carries what was expected and what was found.
 */
public final class ClaimFailed extends RuntimeException {

    @Serial private static final long serialVersionUID = 1L;

    ClaimFailed(String message) {
        super(message);
    }
}
