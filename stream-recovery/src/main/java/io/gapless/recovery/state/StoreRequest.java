package io.gapless.recovery.state;

import java.time.Instant;

/**
 * Holds a request to the owner of the state from another process, such as the command line.
 *
 * @param id the number of the request
 * @param kind what to do
 * @param arguments the arguments, as JSON
 * @param at when the request was made, by the clock of the machine that made it
 */
public record StoreRequest(long id, Kind kind, String arguments, Instant at) {
    /** Lists what can be requested. */
    public enum Kind {
        /** Recover a span or a gap by hand. */
        RECOVER,
        /** Hand all dead letters over again. */
        RETRY_DEAD_LETTERS
    }
}
