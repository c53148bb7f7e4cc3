package io.gapless.stream;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamEvent.LineFault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sums up events that may occur with every line. The first event of a kind is reported at once. Repeats are counted,
 * and reported as one event after 1 min, then after 2, 4, … min, up to an hour. After an hour without a repeat, the
 * next event of that kind is reported at once again. Thread-safe.
 */
final class Repeats {
    private static final long FIRST_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_NANOS = Duration.ofHours(1).toNanos();

    /** Identifies events that count as the same: the kind of event, the connection, and what is wrong with a line. */
    private record Kind(
            Class<?> event, int connection, @Nullable LineFault fault) {}

    private static final class Count {
        private long dueNanos;
        private long lengthNanos = FIRST_NANOS;
        private long repeats;
        private long lastNanos;
        private StreamEvent last;

        Count(StreamEvent first, long nowNanos) {
            last = first;
            lastNanos = nowNanos;
            dueNanos = nowNanos + FIRST_NANOS;
        }
    }

    private final Map<Kind, Count> counts = new HashMap<>();

    /**
     * Counts an event, if it repeats an earlier one.
     *
     * @return true if the event was counted and will be reported in a sum; false if it is to be reported now
     */
    synchronized boolean isCounted(StreamEvent event, long nowNanos) {
        Kind kind = kind(event);
        if (kind == null) return false;
        Count count = counts.get(kind);
        if (count == null) {
            counts.put(kind, new Count(event, nowNanos));
            return false;
        }
        count.repeats++;
        count.last = event;
        count.lastNanos = nowNanos;
        return true;
    }

    private static @Nullable Kind kind(StreamEvent event) {
        if (event instanceof StreamEvent.LineFaulty e) return new Kind(e.getClass(), e.connection(), e.fault());
        if (event instanceof StreamEvent.MessageUnknown e) return new Kind(e.getClass(), e.connection(), null);
        if (event instanceof StreamEvent.PostUnavailable e) return new Kind(e.getClass(), e.connection(), null);
        return null;
    }

    /**
     * Returns one event for each kind of event whose counted repeats are due to be reported. At the end of the stream,
     * all counted repeats are due.
     */
    synchronized List<StreamEvent> due(long nowNanos, Instant now, boolean end) {
        List<StreamEvent> due = new ArrayList<>();
        for (Iterator<Count> all = counts.values().iterator(); all.hasNext(); ) {
            Count count = all.next();
            if (!end && nowNanos - count.dueNanos < 0) continue;
            if (count.repeats > 0) {
                due.add(sum(count.last, count.repeats, now));
                count.repeats = 0;
                count.lengthNanos = Math.min(2 * count.lengthNanos, LONGEST_NANOS);
            } else if (nowNanos - count.lastNanos >= LONGEST_NANOS) {
                all.remove();
            }
            count.dueNanos = nowNanos + count.lengthNanos;
        }
        return due;
    }

    private static StreamEvent sum(StreamEvent last, long repeats, Instant now) {
        if (last instanceof StreamEvent.LineFaulty e) {
            return new StreamEvent.LineFaulty(now, e.connection(), e.fault(), e.lengthBytes(), e.postId(), repeats);
        }
        if (last instanceof StreamEvent.MessageUnknown e) {
            return new StreamEvent.MessageUnknown(now, e.connection(), e.json(), repeats);
        }
        if (last instanceof StreamEvent.PostUnavailable e) {
            return new StreamEvent.PostUnavailable(now, e.connection(), e.problem(), repeats);
        }
        throw new AssertionError("not an event that repeats: " + last);
    }

    /** Returns in how many nanoseconds a sum of repeated events must be reported, but at most {@code otherwise}. */
    synchronized long untilDue(long nowNanos, long otherwise) {
        long rest = otherwise;
        for (Count count : counts.values()) rest = Math.min(rest, Math.max(0, count.dueNanos - nowNanos));
        return rest;
    }
}
