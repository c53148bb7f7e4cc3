package io.gapless.stream;

import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Collects the unreadable lines since the last readable line. They are either a few bad lines, each of which is
 * reported, or a span in which a server between X and this machine damages or replaces the lines of X. Owner: the
 * connection's thread.
 */
final class UnreadLines {
    /** Two or more unreadable lines are a span, if no signal has arrived for this long. */
    private static final long SPAN_NANOS = Duration.ofSeconds(10).toNanos();
    /** More unreadable lines than this are a span, however fast they arrive. */
    private static final int LINES_MAX = 100;

    /**
     * Holds a line with its times by the monotonic clock, because the wall clock may be set before the line is
     * reported.
     */
    private record Line(long heardNanos, long cameNanos, LineFault fault, OptionalLong postId) {
        UnreadLine at(Instant now, long nowNanos) {
            return new UnreadLine(
                    now.minusNanos(nowNanos - heardNanos), now.minusNanos(nowNanos - cameNanos), fault, postId);
        }
    }

    private final List<Line> lines = new ArrayList<>();
    private long count;
    private long sinceNanos;
    private long missingSinceNanos;
    private long lastNanos;

    /**
     * Adds an unreadable line.
     *
     * <p>The two times before the line count for the first unreadable line, and are ignored for later ones.
     *
     * @param signalNanos when the last signal before the line arrived
     * @param heardNanos up to when everything that X sent had arrived: long before the signal, if lines that arrive now
     *     have waited for the end of a pause
     * @param nowNanos when the line arrived
     */
    void add(LineFault fault, OptionalLong postId, long signalNanos, long heardNanos, long nowNanos) {
        if (count == 0) {
            sinceNanos = signalNanos;
            missingSinceNanos = heardNanos;
        }
        count++;
        lastNanos = nowNanos;
        if (lines.size() < LINES_MAX) lines.add(new Line(missingSinceNanos, nowNanos, fault, postId));
    }

    boolean isEmpty() {
        return count == 0;
    }

    /**
     * Returns whether exactly one line was unreadable, and at least 10 s ago. If so, an empty line that arrives now is
     * X's keep-alive.
     */
    boolean isOneLongAgo(long nowNanos) {
        return count == 1 && nowNanos - lastNanos >= SPAN_NANOS;
    }

    /** Returns whether the lines are a span, so that everything that X sent since the last signal may be missing. */
    boolean isSpan(long nowNanos) {
        return count > LINES_MAX || count > 1 && nowNanos - sinceNanos >= SPAN_NANOS;
    }

    /** Returns when the last signal before the lines arrived. */
    long sinceNanos() {
        return sinceNanos;
    }

    /** Returns since when posts may be missing, if the lines are a span. */
    long missingSinceNanos() {
        return missingSinceNanos;
    }

    long count() {
        return count;
    }

    /** Returns the lines that are reported one by one, with their times by the wall clock as it is now. */
    List<UnreadLine> lines(Instant now, long nowNanos) {
        return lines.stream().map(line -> line.at(now, nowNanos)).toList();
    }

    void clear() {
        lines.clear();
        count = 0;
    }
}
