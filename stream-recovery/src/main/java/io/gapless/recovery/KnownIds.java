package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.IdChunk;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Time;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the ids in memory that are needed to drop repeats: those of the last hour, and those of spans that are being
 * recovered. The ids of a step are read from the store before the step starts, in bounded chunks, and pinned until the
 * step is done. So a gap may be of any length. Owns the pins, and decides when old ids are forgotten. Runs on the
 * stream's thread.
 */
final class KnownIds {
    /** Posts older than this do not come again, unless a step of a gap requests them. */
    static final Duration WINDOW = Duration.ofHours(1);

    private static final Duration KEPT = Duration.ofHours(48);
    private static final Duration CLOCK_ERROR_MAX = Duration.ofDays(1);
    /** How long {@link #ask} waits until the disk has returned the acknowledged ids. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /**
     * Added at the end of a step's span when its ids are read and pinned, because recovery jobs and searches request
     * whole seconds.
     */
    private static final Duration EDGE = Duration.ofSeconds(1);
    /**
     * Added at the start of a step's span when its ids are read and pinned. A backfill is requested in whole minutes,
     * so it also returns posts from before its step.
     */
    private static final Duration BEFORE =
            Duration.ofMinutes(1).plus(RecoveryPlanner.BACKFILL_MARGIN).plus(EDGE);

    private final Recovery.Host host;
    private final StateStore store;
    private final StateWriter writer;
    private final OpenGaps gaps;
    /**
     * The spans of steps whose ids are in memory. A span is removed when no open gap has anything left to fetch in it.
     */
    private final List<Span> there = new ArrayList<>();

    private @Nullable Span awaited;
    private List<Pin> pinned = List.of();
    /**
     * The value of {@link OpenGaps#changes} when {@link #pinned} was last computed; -1 if {@link #there} or {@link
     * #awaited} has changed since.
     */
    private long pinnedChanges = -1;

    private Instant forgetAt = Instant.MIN;

    KnownIds(Recovery.Host host, StateStore store, StateWriter writer, OpenGaps gaps) {
        this.host = host;
        this.store = store;
        this.writer = writer;
        this.gaps = gaps;
    }

    /**
     * Reads into memory the ids of the last hour, whose posts X may send again after a restart. Called before a stream
     * with a state of its own begins.
     *
     * @param now X's time, as far as it is known: before X's first answer, this machine's clock may be ahead or behind
     * @param frontier the frontier of the earlier process, in X's time; {@code now} if there was no earlier process
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
     * Returns the longest part of a step, from its start, whose ids are all in memory, if this part is at least half of
     * the step. Otherwise returns empty and starts to read the ids, so that the caller can try the step again later.
     * X's windows, and the spans of planned steps with them, move during the read. So the part in memory may be shorter
     * than the step.
     *
     * @param step the span that would be requested
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
        pinnedChanges = -1;
        // The span is pinned before the read, so that no id is forgotten while others are read.
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
        pinnedChanges = -1;
    }

    /**
     * Reads which posts of a span are acknowledged. If the store cannot be read in time, no post counts as
     * acknowledged. Then search may buy posts that had been received, and they count against the spending limit.
     *
     * @param created the span in which the posts were created
     * @param answer called once with the ids, on the stream's thread; not called if the stream ends before
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

    /** Pins the ids of spans that are being recovered, or may be soon, and releases all other pins. */
    void pin() {
        if (pinnedChanges == gaps.changes()) return;
        pinnedChanges = gaps.changes();
        there.removeIf(step -> gaps.all().stream().noneMatch(gap -> mayFetch(gap, step)));
        Stream<Span> steps = Stream.concat(there.stream(), Stream.ofNullable(awaited));
        Stream<Span> running =
                gaps.all().stream().flatMap(Gap::running).map(run -> run.step().span());
        // During an outage, the next backfill may return posts of these spans.
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

    /**
     * Queues, once an hour, the deletion of ids from the store that are older than 48 hours and older than every open
     * gap. Ages are counted back from the frontier, because this machine's clock may be wrong.
     */
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
