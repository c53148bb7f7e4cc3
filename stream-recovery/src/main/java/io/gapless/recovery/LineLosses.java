package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.state.Change;
import io.gapless.stream.event.StreamEvent.LineFault;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Records in the ledger unreadable lines that do not belong to a span of unreadable lines. No recovery step follows
 * from them. One entry of the ledger holds all unreadable lines of a minute, with the ids of their posts. Owns the
 * entry that is being filled. Runs on the stream's thread.
 */
final class LineLosses {
    static final String CAUSE = "lines that could not be read";
    private static final Duration ENTRY = Duration.ofMinutes(1);
    private static final int LINES_MAX = 100;
    /** The largest error that is assumed for X's time, which is known to about two seconds. */
    private static final Duration CLOCK_ERROR_MAX = Duration.ofSeconds(3);
    /**
     * The age of the oldest post that X may send on a connection, by backfill. If the id in an unreadable line has an
     * older time, the id is damaged, too.
     */
    private static final Duration BACKFILLED_MAX = Duration.ofMinutes(RecoveryPlanner.BACKFILL_MAX_MINUTES);

    private final InstantSource x;
    private final Duration overlap;
    private final OpenGaps gaps;
    private final StateWriter writer;
    private @Nullable Gap entry;

    LineLosses(InstantSource x, Duration overlap, OpenGaps gaps, StateWriter writer) {
        this.x = x;
        this.overlap = overlap;
        this.gaps = gaps;
        this.writer = writer;
    }

    /**
     * Records an unreadable line.
     *
     * @param line the line
     * @param heardAt when the last signal before the line arrived, in X's time
     * @param cameAt when the line arrived, in X's time
     */
    void add(UnreadLine line, Instant heardAt, Instant cameAt) {
        Instant now = x.instant();
        Span sendable = new Span(heardAt.minus(overlap).minus(BACKFILLED_MAX), cameAt.plus(overlap));
        Optional<LostSpan> lost = lost(line, sendable);
        Span span = lost.map(LostSpan::span).orElse(new Span(heardAt.minus(overlap), cameAt.plus(CLOCK_ERROR_MAX)));
        Gap gap = entry(span, cameAt, now);
        Gap written = lost.isPresent()
                ? GapChanges.withLost(gap, span, lost.get().reason())
                : GapChanges.withDoubt(
                        gap, span, Doubt.LINE_UNREADABLE, "a line could not be read: " + words(line.fault()));
        entry = GapChanges.closed(written, GapChanges.judged(written), now);
        writer.remember(new Change.GapKept(entry));
    }

    private Gap entry(Span span, Instant cameAt, Instant now) {
        Gap begun = entry;
        if (begun == null
                || begun.lost().size() + begun.doubtful().size() >= LINES_MAX
                || now.isAfter(begun.detectedAt().plus(ENTRY))) {
            return GapChanges.reconnected(gaps.number(span, cameAt, CAUSE, now, false), now, span);
        }
        return GapChanges.spanning(
                begun,
                new Span(
                        Span.earlier(begun.span().from(), span.from()),
                        Span.later(begun.span().until(), span.until())));
    }

    /**
     * Returns the moment at which the line's post was created, as a lost span of one millisecond. Empty if the line has
     * no id, or if the id carries no time within the span.
     *
     * @param line the line
     * @param sendable the span in which the post can have been created
     */
    static Optional<LostSpan> lost(UnreadLine line, Span sendable) {
        return createdAt(line)
                .filter(sendable::contains)
                .map(at -> new LostSpan(
                        new Span(at, at.plusMillis(1)),
                        "the line of post " + line.postId().getAsLong() + " could not be read: "
                                + words(line.fault())));
    }

    private static String words(LineFault fault) {
        return switch (fault) {
            case TOO_LONG -> "it is too long";
            case NO_ID -> "it has no id";
            default -> "it is not JSON";
        };
    }

    private static Optional<Instant> createdAt(UnreadLine line) {
        if (line.postId().isEmpty()) return Optional.empty();
        long id = line.postId().getAsLong();
        return Snowflake.carriesTime(id) ? Optional.of(Snowflake.time(id)) : Optional.empty();
    }
}
