package io.gapless.stream;

import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts, for each connection and each kind of ending, how many connections have ended and how many could not be opened.
 * Any thread may add and read.
 */
final class EndingCounts {
    private static final int CONNECTIONS = 2;
    private static final int KINDS = Disconnection.Cause.values().length;

    private final AtomicLongArray ended = new AtomicLongArray(CONNECTIONS * KINDS);
    private final AtomicLongArray failed = new AtomicLongArray(CONNECTIONS * KINDS);

    void add(StreamEvent event) {
        if (event instanceof StreamEvent.Disconnected end) ended.incrementAndGet(index(end.connection(), end.how()));
        if (event instanceof StreamEvent.ConnectFailed end) failed.incrementAndGet(index(end.connection(), end.how()));
    }

    private static int index(int connection, Disconnection how) {
        return index(connection, how.cause());
    }

    private static int index(int connection, Disconnection.Cause cause) {
        return (connection - 1) * KINDS + cause.ordinal();
    }

    /** Returns how many connections have ended in this way. */
    long ended(int connection, Disconnection.Cause cause) {
        return ended.get(index(connection, cause));
    }

    /** Returns how many connects have failed in this way. */
    long failed(int connection, Disconnection.Cause cause) {
        return failed.get(index(connection, cause));
    }
}
