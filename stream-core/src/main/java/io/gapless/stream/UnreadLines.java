package io.gapless.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The lines that could not be read since one could be: some bad ones, each of which is written down, or a span in which
 * something on the way breaks or replaces what X sends. Owner: the connection's thread.
 */
final class UnreadLines {
    /** With several lines that cannot be read, so long without one that can be is a span. */
    private static final long SPAN_NANOS = Duration.ofSeconds(10).toNanos();
    /** So many of them are a span, however fast they come. */
    private static final int LINES_MAX = 100;

    private final List<UnreadLine> lines = new ArrayList<>();
    private long count;
    private long sinceNanos;
    private long lastNanos;

    /**
     * One more.
     *
     * @param heardNanos when X was heard last, which is where a span begins
     */
    void add(UnreadLine line, long heardNanos, long nowNanos) {
        if (count == 0) sinceNanos = heardNanos;
        count++;
        lastNanos = nowNanos;
        if (lines.size() < LINES_MAX) lines.add(line);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether a keep-alive after it is X's: after a single bad line, if X has really had nothing to send. */
    boolean isOneLongAgo(long nowNanos) {
        return count == 1 && nowNanos - lastNanos >= SPAN_NANOS;
    }

    /** Whether what X has sent since the last line that could be read is missing. */
    boolean isSpan(long nowNanos) {
        return count > LINES_MAX || count > 1 && nowNanos - sinceNanos >= SPAN_NANOS;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    long count() {
        return count;
    }

    /** Those that are worth to be written down one by one. */
    List<UnreadLine> lines() {
        return List.copyOf(lines);
    }

    void clear() {
        lines.clear();
        count = 0;
    }
}
