package io.gapless.connect;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Allows a few restarts in any hour, so that what dies again and again is noticed. Owns their times. Not thread-safe. */
final class Restarts {
    static final int MOST = 3;
    private static final Duration WITHIN = Duration.ofHours(1);

    private final Deque<Long> nanos = new ArrayDeque<>();

    /** Counts a restart, unless there are too many. Returns whether it is allowed. */
    boolean allow(long nowNanos) {
        while (!nanos.isEmpty() && nowNanos - nanos.getFirst() >= WITHIN.toNanos()) nanos.removeFirst();
        if (nanos.size() == MOST) return false;
        nanos.addLast(nowNanos);
        return true;
    }

    /** Returns how many there were in the last hour. */
    int count() {
        return nanos.size();
    }
}
