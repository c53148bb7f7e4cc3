package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.OutboxQueries.Marks;
import io.gapless.recovery.outbox.Reach.Clocks;
import io.gapless.recovery.outbox.source.SourceTime;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides which interval a slot collects, and collects the interval. Not thread-safe: only one call at a time. */
final class Collector {
    private final Outbox outbox;
    private final Optional<IntervalSource> source;
    private final SendSettings settings;
    private final Time time;
    private boolean clocksReported;
    private boolean markReported;
    private @Nullable Seen seen;

    /**
     * Holds the time that counted as the present when the records of a poll were last kept, and the monotonic clock at
     * that time.
     */
    private record Seen(Instant present, long nanos) {}

    Collector(Outbox outbox, Optional<IntervalSource> source, SendSettings settings, Time time) {
        this.outbox = outbox;
        this.source = source;
        this.settings = settings;
        this.time = time;
    }

    /**
     * Holds what one collection needs: the span that a slot collects, the spans to send again, and the feed that
     * supplies the records.
     */
    private record Asked(
            Instant mark,
            ReadSpan span,
            List<RepeatSpan> repeats,
            RecordFeed feed,
            Optional<Reach> reach,
            Optional<Seen> seen) {}

    /**
     * Collects everything since the mark.
     *
     * @param slot up to when to collect; earlier than now if the slot was missed
     * @param tell receives the events about differing clocks, and about the rows that the poll found
     */
    SentInterval collect(Instant slot, Consumer<SenderEvent> tell) {
        Asked asked = asked(slot);
        asked.reach().ifPresent(reach -> report(reach, asked.mark(), tell));
        CollectedInterval collection = outbox.collect(asked.span(), slot, asked.repeats(), asked.feed());
        seen = asked.seen().orElse(null);
        Findings findings = collection.findings();
        if (findings.refused() > 0)
            tell.accept(new SenderEvent.RowsQuarantined(time.instant(), findings.refused(), findings.refusals()));
        if (findings.sharing() > 0)
            tell.accept(new SenderEvent.KeysShared(time.instant(), findings.sharing(), findings.shared()));
        if (findings.changedUnderStamp() > 0)
            tell.accept(new SenderEvent.ChangedUnderOneStamp(
                    time.instant(), findings.changedUnderStamp(), findings.changedColumns()));
        return collection.interval();
    }

    void preview(Instant slot, Outbox.Preview each) {
        Asked asked = asked(slot);
        outbox.preview(asked.span(), asked.repeats(), asked.feed(), each);
    }

    private Asked asked(Instant slot) {
        Marks marks = outbox.marks();
        Instant beginning = settings.since().orElse(SourceTime.BEGINNING);
        Instant mark = marks.collectedUntil().orElse(beginning);
        return source.map(from -> ofSource(from, slot, mark, marks)).orElseGet(() -> ofStream(mark));
    }

    /**
     * Prepares the interval of pushed records. These records are already in the outbox, in order. A pushed record
     * cannot arrive late, so the interval ends now, and not some time before its slot as for a source.
     */
    private Asked ofStream(Instant mark) {
        Instant until = latest(mark, time.instant());
        return new Asked(
                mark,
                new ReadSpan(mark, until, Optional.empty()),
                List.of(),
                sink -> {},
                Optional.empty(),
                Optional.empty());
    }

    private Asked ofSource(IntervalSource from, Instant slot, Instant mark, Marks marks) {
        Clocks clocks;
        try {
            clocks = new Clocks(time.instant(), from.now());
        } catch (Exception e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw NotCollectedException.because(e);
        }
        Reach reach = Reach.of(clocks, slot, mark, settings.settle(), settings.overlap());
        if (reach.isBeforeAnyNow())
            throw new NotCollectedException(
                    "the time is " + clocks.machine() + " by this machine and " + clocks.source()
                            + " by the database, and one of them cannot be; set that clock",
                    null);
        Instant until = reach.until();
        Instant first = earliest(
                reach.markIsAhead() ? firstBelow(until, marks) : first(mark, marks),
                firstSetBack(setBack(clocks, marks), mark));
        ReadSpan span = new ReadSpan(
                reach.markIsAhead() ? first : mark, until, Optional.of(new ReadAgain(first, settings.overlap())));
        List<RepeatSpan> repeats = outbox.repeats();
        return new Asked(
                mark,
                span,
                repeats,
                new SourceFeed(from, repeats, first, until),
                Optional.of(reach),
                Optional.of(new Seen(clocks.present(settings.overlap()), time.nanoTime())));
    }

    /**
     * Returns how far the source's clock was set back since the last poll. Before the first poll of this process, the
     * result is estimated from the stored mark and slot, and from this machine's clock.
     */
    private Duration setBack(Clocks clocks, Marks marks) {
        Seen last = seen;
        Optional<Instant> expected = last != null
                ? Optional.of(last.present().plusNanos(time.nanoTime() - last.nanos()))
                : marks.collectedUntil()
                        .filter(until -> !until.equals(SourceTime.BEGINNING))
                        .flatMap(until -> marks.slot().map(slot -> until.plus(settings.settle())
                                .plus(Duration.between(slot, clocks.machine()))));
        return expected.map(then -> Duration.between(clocks.source(), then)).orElse(Duration.ZERO);
    }

    /**
     * Returns the moment from which this poll must read because the source's clock was set back; {@link Instant#MAX} if
     * it was not set back by more than the tolerance. Rows that were written after the clock was set back may carry
     * times that lie before the mark, by as much as the clock was set back.
     */
    private Instant firstSetBack(Duration setBack, Instant mark) {
        if (setBack.compareTo(Reach.tolerance(settings.overlap())) <= 0) return Instant.MAX;
        return latest(
                before(mark, settings.overlap().plus(setBack)), settings.since().orElse(SourceTime.BEGINNING));
    }

    /** Reads an interval of a source, and the spans that are to be sent again. */
    private record SourceFeed(IntervalSource from, List<RepeatSpan> repeats, Instant first, Instant until)
            implements RecordFeed {
        @Override
        public void into(RecordSink sink) throws Exception {
            for (RepeatSpan repeat : repeats)
                if (repeat.from().isBefore(until)) from.records(repeat.from(), earliest(repeat.until(), until), sink);
            from.records(first, until, sink);
        }

        @Override
        public void again(Instant at, RecordSink sink) throws Exception {
            from.records(at, at.plus(1, ChronoUnit.MICROS), sink);
        }
    }

    /**
     * Returns the moment from which a poll reads: one overlap before the mark, but not before the first remembered
     * moment, because earlier records would be sent twice. If the outbox remembers no moment yet, the poll reads from
     * the mark.
     */
    private Instant first(Instant mark, Marks marks) {
        return marks.rememberedFrom()
                .map(remembered -> latest(remembered, before(mark, settings.overlap())))
                .orElse(mark);
    }

    /**
     * Returns the moment from which a poll reads if the mark lies ahead of the present. If the first remembered moment
     * is before {@code until}, the poll reads from that moment. Otherwise it reads from one overlap before the end of
     * the last interval that ended before {@code until}, or from the beginning if there is no such interval. Some
     * records may be sent twice, so that no record is missed.
     */
    private Instant firstBelow(Instant until, Marks marks) {
        Instant lowest = settings.since().orElse(SourceTime.BEGINNING);
        Instant last = outbox.lastEndBefore(until)
                .map(end -> before(end, settings.overlap()))
                .orElse(lowest);
        Instant first = marks.rememberedFrom()
                .filter(remembered -> remembered.isBefore(until))
                .orElse(last);
        return earliest(latest(first, lowest), until);
    }

    private void report(Reach reach, Instant mark, Consumer<SenderEvent> tell) {
        boolean differ = !reach.clocksAgree(settings.overlap());
        if (differ && !clocksReported)
            tell.accept(new SenderEvent.SourceClockDiffers(
                    time.instant(), reach.clocks().ahead(), reach.until()));
        clocksReported = differ;
        if (reach.markIsAhead() && !markReported)
            tell.accept(new SenderEvent.MarkAhead(time.instant(), mark, reach.until()));
        markReported = reach.markIsAhead();
    }

    private static Instant before(Instant moment, Duration length) {
        return moment.equals(SourceTime.BEGINNING) ? moment : moment.minus(length);
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
