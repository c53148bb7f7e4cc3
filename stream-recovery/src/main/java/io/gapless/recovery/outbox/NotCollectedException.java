package io.gapless.recovery.outbox;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** The source has failed, or there is no room for what it tells; nothing of it was kept. */
final class NotCollectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotCollectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** A source's own words are for people; of others, their kind says more. */
    static NotCollectedException because(Exception cause) {
        boolean said = cause instanceof IllegalArgumentException || cause instanceof SQLException;
        String words = said ? String.valueOf(cause.getMessage()) : cause.toString();
        return new NotCollectedException(Wording.oneLine(words), cause);
    }
}
