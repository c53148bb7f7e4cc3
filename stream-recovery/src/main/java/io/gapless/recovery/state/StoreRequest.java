package io.gapless.recovery.state;

import java.time.Instant;

/**
 * What another process, such as the command line, asks the owner of the state to do.
 *
 * @param id counts the requests
 * @param kind what to do
 * @param arguments the rest, as JSON
 * @param at when it was asked
 */
public record StoreRequest(long id, Kind kind, String arguments, Instant at) {
    /** What can be asked. */
    public enum Kind {
        /** Recover a span or a gap by hand. */
        RECOVER,
        /** Hand all dead letters over again. */
        RETRY_DEAD_LETTERS
    }
}
