package io.gapless.recovery.outbox;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the source has failed, or the outbox has no room for the interval. No record of the interval was kept.
 */
final class NotCollectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotCollectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Describes the failure of a source. For an IllegalArgumentException or an SQLException, the message is enough,
     * since it was written for people. For other exceptions, the description also contains the type.
     */
    static NotCollectedException because(Exception cause) {
        boolean said = cause instanceof IllegalArgumentException || cause instanceof SQLException;
        String words = said ? String.valueOf(cause.getMessage()) : cause.toString();
        return new NotCollectedException(Wording.oneLine(words), cause);
    }
}
