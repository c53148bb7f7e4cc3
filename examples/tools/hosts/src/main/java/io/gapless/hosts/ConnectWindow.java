package io.gapless.hosts;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.Stream;

/** Counts connects as X does: within any 15 minutes. */
public final class ConnectWindow {
    private static final Duration LENGTH = Duration.ofMinutes(15);

    private ConnectWindow() {}

    /**
     * Returns the most connects within any window.
     *
     * @param connects when each connect came, in any order
     */
    public static int most(Stream<Instant> connects) {
        Deque<Instant> window = new ArrayDeque<>();
        int most = 0;
        for (Instant at : connects.sorted().toList()) {
            window.addLast(at);
            while (window.getFirst().isBefore(at.minus(LENGTH))) window.removeFirst();
            most = Math.max(most, window.size());
        }
        return most;
    }
}
