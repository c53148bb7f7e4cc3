package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.OutboxQueries.Marks;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides which interval a slot collects, and collects it. Owner: whoever calls, one at a time. */
final class Collector {
    private final Outbox outbox;
    private final Optional<IntervalSource> source;
    private final SendSettings settings;
    private final Time time;

    Collector(Outbox outbox, Optional<IntervalSource> source, SendSettings settings, Time time) {
        this.outbox = outbox;
        this.source = source;
        this.settings = settings;
        this.time = time;
    }

    /** What a slot asks of whom. */
    private record Asked(Outbox.Span span, Outbox.Feed feed) {}

    /**
     * Collects everything since the mark.
     *
     * @param slot up to when; earlier than now if it was missed
     */
    SentInterval collect(Instant slot) {
        Asked asked = asked(slot);
        return outbox.collect(asked.span(), slot, asked.feed());
    }

    void preview(Instant slot, Outbox.Preview each) {
        Asked asked = asked(slot);
        outbox.preview(asked.span(), asked.feed(), each);
    }

    private Asked asked(Instant slot) {
        Marks marks = outbox.marks();
        Instant mark = marks.collectedUntil().or(settings::since).orElse(Instant.EPOCH);
        return source.map(from -> ofSource(from, slot, mark, marks)).orElseGet(() -> ofStream(mark));
    }

    /** Whatever came lies in the outbox, in its order; nothing can come late, so nothing needs to settle. */
    private Asked ofStream(Instant mark) {
        Instant until = latest(mark, time.instant());
        return new Asked(new Outbox.Span(mark, until, Instant.MAX), sink -> {});
    }

    private Asked ofSource(IntervalSource from, Instant slot, Instant mark, Marks marks) {
        Duration ahead;
        try {
            ahead = Duration.between(time.instant(), from.now());
        } catch (Exception e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw new Outbox.NotCollected(Answer.oneLine(e.toString()), e);
        }
        Instant until = latest(mark, slot.plus(ahead).minus(settings.settle()));
        // What was collected before the first moment remembered would come twice; at first nothing is remembered.
        Instant first = marks.rememberedFrom()
                .map(remembered -> latest(remembered, mark.minus(settings.overlap())))
                .orElse(mark);
        Instant rememberFrom = latest(first, until.minus(settings.overlap()));
        Outbox.Span span = new Outbox.Span(mark, until, rememberFrom);
        return new Asked(span, sink -> from.records(first, until, sink));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
