package io.gapless.hosts;

import java.time.Duration;

/**
 * Holds how both consumers run.
 *
 * @param lease how long a consumer that cannot be reached keeps the stream
 * @param connectBudget how many connects to X both may make in any 15 minutes
 * @param warm whether the consumer that stands by keeps a connection
 */
public record HostOptions(Duration lease, int connectBudget, boolean warm) {
    private static final int CONNECTS = 50;

    /** Returns options with X's budget, and a standby without a connection. */
    public static HostOptions of(Duration lease) {
        return new HostOptions(lease, CONNECTS, false);
    }
}
