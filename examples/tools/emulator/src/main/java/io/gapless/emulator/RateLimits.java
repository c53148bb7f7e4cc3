package io.gapless.emulator;

import java.util.EnumMap;
import java.util.Map;

/** Counts the requests of each kind, in windows of 15 minutes of X's time. Owns the counters; thread-safe. */
final class RateLimits {
    private static final long WINDOW_MILLIS = 15 * 60_000;

    /** Full-archive search allows one request per second. */
    private static final long ALL_PAUSE_MILLIS = 1_000;

    private final Settings settings;
    private final XTime time;
    private final Map<Kind, Window> windows = new EnumMap<>(Kind.class);

    /**
     * Lists the kinds of requests that are counted together, with the number of requests that X allows in 15 minutes.
     */
    enum Kind {
        STREAM(50),
        READ_RULES(450),
        WRITE_RULES(100),
        COUNT_RULES(450),
        SEARCH_RECENT(450),
        SEARCH_ALL(300),
        COUNT_RECENT(300),
        COUNT_ALL(300),
        READ_CONNECTIONS(75),
        KILL_CONNECTIONS(25);

        private final int limit;

        Kind(int limit) {
            this.limit = limit;
        }
    }

    /** Holds whether a request may pass, and the values of the answer's rate-limit headers. */
    record Grant(boolean passes, int limit, int remaining, long resetEpochSecond) {}

    private record Window(long startMillis, int used, long lastMillis) {}

    RateLimits(Settings settings, XTime time) {
        this.settings = settings;
        this.time = time;
    }

    synchronized Grant take(Kind kind) {
        long now = time.millis();
        Window window = windows.get(kind);
        if (window == null || now >= window.startMillis() + WINDOW_MILLIS) {
            window = new Window(now, 0, Long.MIN_VALUE);
        }
        int limit = kind == Kind.STREAM ? settings.connectsPerWindow() : kind.limit;
        boolean tooSoon = kind == Kind.SEARCH_ALL && now < window.lastMillis() + ALL_PAUSE_MILLIS;
        boolean within = window.used() < limit && !tooSoon;
        Window after = within ? new Window(window.startMillis(), window.used() + 1, now) : window;
        windows.put(kind, after);
        long reset = (after.startMillis() + WINDOW_MILLIS + 999) / 1_000;
        return new Grant(within || !settings.rateLimits(), limit, limit - after.used(), reset);
    }
}
