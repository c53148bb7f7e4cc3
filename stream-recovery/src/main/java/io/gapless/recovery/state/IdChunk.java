package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.post.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Selects the ids of a short part of a span, called a chunk here. The ids of a long span are read from the store chunk
 * by chunk, so that they are not held in memory twice. The number of ids in one chunk decides how long the next chunk
 * is. Immutable.
 *
 * @param from the start of the chunk
 * @param length the length of the chunk; it may be cut at the end of the span
 * @param end the end of the span
 * @param isFirst whether this is the first chunk of its span; only the first chunk includes the ids that carry no time
 */
public record IdChunk(Instant from, Duration length, Instant end, boolean isFirst) {
    private static final Duration FIRST = Duration.ofMinutes(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(10);
    private static final int FEW = 10_000;
    private static final int MANY = 40_000;

    /** Returns the first chunk of a span. */
    public static IdChunk first(Span span) {
        return new IdChunk(span.from(), FIRST, span.until(), true);
    }

    /** Reads the ids of the chunk from the store. */
    public long[] read(StateStore store) {
        IdArray ids = new IdArray();
        store.ids(new Span(from, until()), id -> {
            if (isFirst || Snowflake.carriesTime(id)) ids.add(id);
        });
        return ids.all();
    }

    private Instant until() {
        return Span.earlier(from.plus(length), end);
    }

    /**
     * Returns the next chunk; empty at the end of the span.
     *
     * @param ids how many ids this chunk holds
     */
    public Optional<IdChunk> next(int ids) {
        Duration next = ids > MANY ? later(length.dividedBy(2), SHORTEST) : ids < FEW ? twice() : length;
        return until().isBefore(end) ? Optional.of(new IdChunk(until(), next, end, false)) : Optional.empty();
    }

    private Duration twice() {
        Duration twice = length.multipliedBy(2);
        return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
    }

    private static Duration later(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
