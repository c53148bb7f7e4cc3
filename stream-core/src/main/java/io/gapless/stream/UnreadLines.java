package io.gapless.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * The lines that could not be read since one could be: some bad ones, each of which is written down, or a span in which
 * something on the way breaks or replaces what X sends. Owner: the connection's thread.
 */
final class UnreadLines {
    /** With several lines that cannot be read, so long without one that can be is a span. */
    private static final long SPAN_NANOS = Duration.ofSeconds(10).toNanos();
    /** So many of them are a span, however fast they come. */
    private static final int LINES_MAX = 100;

    /** By the monotonic clock: the other one may be set before a line is reported. */
    private record Line(long heardNanos, long cameNanos, LineFault fault, OptionalLong postId) {
        UnreadLine at(Instant now, long nowNanos) {
            return new UnreadLine(
                    now.minusNanos(nowNanos - heardNanos), now.minusNanos(nowNanos - cameNanos), fault, postId);
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private long count;
    private long sinceNanos;
    private long lastNanos;

    /**
     * Adds one.
     *
     * @param heardNanos when X was heard last, which is where a span begins
     */
    void add(LineFault fault, OptionalLong postId, long heardNanos, long nowNanos) {
        if (count == 0) sinceNanos = heardNanos;
        count++;
        lastNanos = nowNanos;
        if (lines.size() < LINES_MAX) lines.add(new Line(sinceNanos, nowNanos, fault, postId));
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

    /** Returns the lines that are reported one by one, with their moments by the clock as it is now. */
    List<UnreadLine> lines(Instant now, long nowNanos) {
        return lines.stream().map(line -> line.at(now, nowNanos)).toList();
    }

    void clear() {
        lines.clear();
        count = 0;
    }
}
