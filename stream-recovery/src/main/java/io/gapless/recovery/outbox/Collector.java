package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.OutboxQueries.Marks;
import io.gapless.recovery.outbox.Reach.Clocks;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides which interval a slot collects, and collects it. Not thread-safe; callers call it one at a time. */
final class Collector {
    private final Outbox outbox;
    private final Optional<IntervalSource> source;
    private final SendSettings settings;
    private final Time time;
    private boolean clocksReported;
    private boolean markReported;
    private @Nullable Seen seen;

    /** Holds what counted as the present when a poll was kept, and the monotonic clock at that time. */
    private record Seen(Instant present, long nanos) {}

    Collector(Outbox outbox, Optional<IntervalSource> source, SendSettings settings, Time time) {
        this.outbox = outbox;
        this.source = source;
        this.settings = settings;
        this.time = time;
    }

    /** Holds what a slot collects, and from where. */
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
     * @param tell receives an event for each finding of the poll about its rows
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
     * Prepares the interval of pushed records. They are already in the outbox, in order. None can arrive late, so the
     * interval ends now, without a time to settle.
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
     * estimate uses the stored mark and slot, and this machine's clock.
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
     * Returns where to read from after the source's clock was set back. Rows that were written since then may carry
     * times that far before what was collected.
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
     * Returns where a poll begins: one overlap before the mark, but not before the first moment that is remembered,
     * because earlier records would be sent twice. Before anything is remembered, it is the mark.
     */
    private Instant first(Instant mark, Marks marks) {
        return marks.rememberedFrom()
                .map(remembered -> latest(remembered, before(mark, settings.overlap())))
                .orElse(mark);
    }

    /**
     * Returns where a poll begins when the mark lies ahead of the present. That is the first moment remembered, if it
     * is before {@code until}. Otherwise it is one overlap before the end of the last interval that ended before {@code
     * until}, or the beginning. Records may be sent twice, so that no record is missed.
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
