package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Pin;
import io.gapless.stream.Recovery;
import io.gapless.stream.Snowflake;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which ids must be in memory, so that nothing comes twice: those of what is being fetched, and of the last hour. Those of
 * a step are read from the store before it begins, a bounded chunk at a time, and pinned until it is done; so a gap may be
 * as long as it likes. Owner of the pins, and of when old ids are forgotten; on the stream's thread.
 */
final class KnownIds {
    private static final Duration WINDOW = Duration.ofHours(1);
    private static final Duration KEPT = Duration.ofHours(48);
    private static final Duration CLOCK_ERROR_MAX = Duration.ofDays(1);
    /** So long a search waits for the disk. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Jobs and searches ask for the second at the end as a whole. */
    private static final Duration EDGE = Duration.ofSeconds(1);
    /** A backfill is asked for in whole minutes, and a little more, so it brings posts of before its step. */
    private static final Duration BEFORE =
            Duration.ofMinutes(1).plus(RecoveryPlanner.BACKFILL_MARGIN).plus(EDGE);

    private final Recovery.Host host;
    private final StateStore store;
    private final StateWriter writer;
    private final OpenGaps gaps;
    /** Of steps that have not begun, or are under way. */
    private final List<Span> there = new ArrayList<>();

    private @Nullable Span awaited;
    private List<Pin> pinned = List.of();
    private Instant forgetAt = Instant.MIN;

    KnownIds(Recovery.Host host, StateStore store, StateWriter writer, OpenGaps gaps) {
        this.host = host;
        this.store = store;
        this.writer = writer;
        this.gaps = gaps;
    }

    /**
     * Ids of what may come again after a restart, before the stream begins.
     *
     * @param now X's time as far as it is known: before X's first answer our clock may be wrong either way
     * @param frontier was told by X
     */
    void recall(Instant now, Instant frontier) {
        List<Span> lately = Span.union(List.of(lately(now), lately(frontier)));
        host.pin(pins(lately.stream()));
        for (Span span : lately) {
            Optional<IdChunk> chunk = Optional.of(IdChunk.first(span));
            while (chunk.isPresent()) {
                long[] ids = chunk.get().read(store);
                host.remember(ids, () -> {});
                chunk = chunk.get().next(ids.length);
            }
        }
    }

    private static Span lately(Instant moment) {
        return new Span(moment.minus(WINDOW), moment.plus(CLOCK_ERROR_MAX));
    }

    /**
     * How much of a step may be asked for: that of which all ids are in memory. If it is nothing, they are being read, and
     * the step has to wait. X's windows move meanwhile, and steps with them, so it may be less than the whole step.
     *
     * @param step what would be asked for
     */
    Optional<Span> front(Span step) {
        List<Span> rest = step.minus(there);
        if (rest.isEmpty()) return Optional.of(step);
        Optional<Span> front = Span.between(step.from(), rest.get(0).from());
        if (front.filter(known -> known.length().multipliedBy(2).compareTo(step.length()) >= 0)
                .isPresent()) return front;
        if (awaited == null) await(step);
        return Optional.empty();
    }

    private void await(Span step) {
        awaited = step;
        // First, so that none is forgotten while the others are read.
        pin();
        read(step, IdChunk.first(around(step)));
    }

    private void read(Span step, IdChunk chunk) {
        writer.ask(
                chunk::read, ids -> host.remember(ids, () -> host.execute(() -> goOn(step, chunk.next(ids.length)))));
    }

    private void goOn(Span step, Optional<IdChunk> next) {
        if (next.isPresent()) {
            read(step, next.get());
            return;
        }
        there.add(step);
        awaited = null;
    }

    /**
     * Which posts of a span are acknowledged and remembered. While the state cannot be read, none is known to be: then
     * posts are bought that need not be, and count as new.
     *
     * @param created when they were created
     * @param answer given them once, on the stream's thread; not if the stream ends before
     */
    void ask(Span created, Consumer<AcknowledgedIds> answer) {
        boolean[] answered = {false};
        Consumer<AcknowledgedIds> once = ids -> {
            if (answered[0]) return;
            answered[0] = true;
            answer.accept(ids);
        };
        Time.Alarm alarm = host.time().after(PATIENCE, () -> host.execute(() -> once.accept(AcknowledgedIds.NONE)));
        writer.ask(state -> AcknowledgedIds.read(state, created), ids -> {
            alarm.cancel();
            once.accept(ids);
        });
    }

    /** Those of a part that is done are needed no longer. */
    void pin() {
        there.removeIf(step -> gaps.all().stream().noneMatch(gap -> mayFetch(gap, step)));
        Stream<Span> steps = Stream.concat(there.stream(), Stream.ofNullable(awaited));
        Stream<Span> running =
                gaps.all().stream().flatMap(Gap::running).map(run -> run.step().span());
        // What the next backfill may bring.
        Stream<Span> lasting = gaps.lasting().stream().flatMap(gap -> gap.uncovered().stream());
        List<Pin> pins =
                pins(Stream.of(steps, running, lasting).flatMap(all -> all).map(KnownIds::around));
        if (pins.equals(pinned)) return;
        pinned = pins;
        host.pin(pinned);
    }

    private static boolean mayFetch(Gap gap, Span step) {
        return Stream.concat(gap.uncovered().stream(), gap.running().map(run -> run.step()
                        .span()))
                .anyMatch(part -> part.common(step).isPresent());
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

    private static List<Pin> pins(Stream<Span> spans) {
        return spans.map(span -> new Pin(span.from(), span.until())).toList();
    }

    private static Span around(Span asked) {
        return new Span(asked.from().minus(BEFORE), asked.until().plus(EDGE));
    }
}
