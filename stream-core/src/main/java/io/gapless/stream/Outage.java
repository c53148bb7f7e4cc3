package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;

/**
 * A time without a live connection, by this machine's clock.
 *
 * @param id counts the outages of this stream, from 1 on; log lines carry it
 * @param cause how the last live connection ended
 * @param from the last signal on it, which may be long before the ending was noticed
 * @param detectedAt when the ending was noticed
 * @param until the first signal on the next connection
 * @param slowReader whether X may have ended the connection because we had stopped reading
 */
public record Outage(int id, Disconnection cause, Instant from, Instant detectedAt, Instant until, boolean slowReader) {
    /**
     * How long it was.
     *
     * @return from the last signal to the first
     */
    public Duration length() {
        return Duration.between(from, until);
    }
}
