package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Recovery;
import io.gapless.stream.Snowflake;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Which ids must be known, so that nothing comes twice: those of what is being fetched, or will be, and of the last
 * hour. Owner of the pins, and of when old ids are forgotten; on the stream's thread.
 */
final class KnownIds {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofHours(48);
    private static final Duration CLOCK_ERROR_MAX = Duration.ofDays(1);
    /** Jobs and searches ask for the second at the end as a whole. */
    private static final Duration EDGE = Duration.ofSeconds(1);
    /** A backfill is asked for in whole minutes, and a little more, so it brings posts of before its step. */
    private static final Duration BEFORE =
            Duration.ofMinutes(1).plus(RecoveryPlanner.BACKFILL_MARGIN).plus(EDGE);

    private final Recovery.Host host;
    private final StateStore store;
    private final StateWriter writer;
    private final OpenGaps gaps;
    private List<Recovery.Pin> pinned = List.of();
    private Instant forgetAt = Instant.MIN;

    KnownIds(Recovery.Host host, StateStore store, StateWriter writer, OpenGaps gaps) {
        this.host = host;
        this.store = store;
        this.writer = writer;
        this.gaps = gaps;
    }

    /**
     * Ids of what may come again after a restart.
     *
     * @param now X's time as far as it is known: before X's first answer our clock may be wrong either way
     * @param frontier was told by X
     */
    void recall(Instant now, Instant frontier) {
        Span lately = new Span(
                Span.earlier(now, frontier).minus(WINDOW),
                Span.later(now, frontier).plus(CLOCK_ERROR_MAX));
        List<Span> spans = new ArrayList<>(List.of(lately));
        for (Gap gap : gaps.all()) {
            for (Span part : unfinished(gap)) spans.addAll(part.minus(List.of(lately)));
        }
        host.pin(pins(spans));
        spans.forEach(this::recall);
    }

    /** Ids that may have been forgotten, because nothing was to come of then any more. */
    void recall(Span span) {
        store.ids(span, host::remember);
    }

    /** Those of a part that is done are needed no longer. */
    void pin() {
        List<Span> spans = new ArrayList<>();
        for (Gap gap : gaps.all()) spans.addAll(unfinished(gap));
        List<Recovery.Pin> pins = pins(spans);
        if (pins.equals(pinned)) return;
        pinned = pins;
        host.pin(pinned);
    }

    /** Once an hour; counted from the frontier and not by our clock, which may be wrong. */
    void forgetOld(Instant frontier) {
        if (frontier.isBefore(forgetAt)) return;
        forgetAt = frontier.plus(WINDOW);
        Instant oldest = frontier.minus(KEPT);
        for (Gap gap : gaps.all())
            oldest = Span.earlier(oldest, gap.span().from().minus(BEFORE));
        writer.remember(new Change.IdsForgotten(Snowflake.firstId(oldest)));
    }

    private static List<Recovery.Pin> pins(List<Span> spans) {
        return spans.stream()
                .map(span -> new Recovery.Pin(span.from(), span.until()))
                .toList();
    }

    private static List<Span> unfinished(Gap gap) {
        List<Span> unfinished = new ArrayList<>();
        for (Span part : gap.uncovered()) {
            unfinished.add(around(part));
        }
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.RUNNING)
                unfinished.add(around(run.step().span()));
        }
        return unfinished;
    }

    private static Span around(Span asked) {
        return new Span(asked.from().minus(BEFORE), asked.until().plus(EDGE));
    }
}
