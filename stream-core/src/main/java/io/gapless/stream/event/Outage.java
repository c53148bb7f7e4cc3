package io.gapless.stream.event;

import java.time.Duration;
import java.time.Instant;

/**
 * Describes a time without a live connection. All times are by this machine's clock.
 *
 * @param id the number of the outage in this stream, from 1; log lines carry it
 * @param cause how the last live connection ended
 * @param from when the last signal of that connection arrived, which may be long before the stream noticed the ending
 * @param detectedAt when the stream noticed that the connection had ended
 * @param until when the first signal of the next connection arrived
 * @param slowReader whether X may have ended the connection because this program had paused reading
 */
public record Outage(int id, Disconnection cause, Instant from, Instant detectedAt, Instant until, boolean slowReader) {
    /**
     * Returns how long the outage was.
     *
     * @return the time from the last signal to the first signal of the next connection
     */
    public Duration length() {
        return Duration.between(from, until);
    }
}
