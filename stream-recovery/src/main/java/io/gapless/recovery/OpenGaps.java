package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.stream.Recovery;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The gaps that have no verdict yet: spans of X's time that never overlap. Owner of their list and of their numbers;
 * whatever changes here is remembered, and told where a listener wants to know. On the stream's thread.
 */
final class OpenGaps {
    private final Recovery.Host host;
    private final StateWriter writer;
    private final TreeMap<Long, Gap> open = new TreeMap<>();
    private long lastId;
    private Recovery.Account account = Recovery.Account.NONE;

    OpenGaps(Recovery.Host host, StateWriter writer, long lastId) {
        this.host = host;
        this.writer = writer;
        this.lastId = lastId;
    }

    /** A gap with the next number, which is not in the list. */
    Gap number(Span span, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        return new Gap(
                ++lastId,
                span,
                cause,
                lastSignal,
                now,
                Optional.empty(),
                slowReader,
                List.of(),
                List.of(),
                List.of(),
                Verdict.OPEN,
                Optional.empty());
    }

    /**
     * A new gap. What it and an older one may both miss belongs to the younger one, if that reaches as far, and with it
     * whatever X has dropped. What rules that were missing have cost stays where it is: only search brings that.
     */
    void open(Gap gap) {
        Gap opened = gap;
        for (Gap older : all()) {
            Instant from = gap.span().from();
            boolean reachesAsFar = !older.span().until().isAfter(gap.span().until());
            if (reachesAsFar
                    && older.span().contains(from)
                    && older.span().from().isBefore(from)
                    && (!RulesHeld.areReasonOf(older) || RulesHeld.areReasonOf(gap))) {
                keep(older.spanning(new Span(older.span().from(), from)));
                if (older.slowReader()) opened = opened.ofSlowReader();
            }
        }
        keep(opened);
        host.event(new RecoveryEvent.GapOpened(host.time().instant(), opened));
    }

    /** A gap has come further. */
    void keep(Gap gap) {
        open.put(gap.id(), gap);
        writer.remember(new Change.GapKept(gap));
        account = account(0, 0, 0);
    }

    /** A gap of an earlier life of the process, as it was remembered. */
    void resume(Gap gap) {
        open.put(gap.id(), gap);
        account = account(0, 0, 0);
    }

    /** A step of it has come further: a crash that follows must not take that from its counts. */
    void progressed(long gapId, Step step, long fresh, long duplicates) {
        Gap gap = get(gapId);
        if (gap == null) return;
        Gap next = gap.progressed(step, fresh, duplicates);
        if (next != gap) keep(next);
    }

    /** A step of it has ended. */
    void keep(Gap gap, StepRun ended) {
        keep(gap.with(ended));
        host.event(new RecoveryEvent.StepEnded(host.time().instant(), gap.id(), ended));
    }

    /** A step of it was refused, for now. */
    void refused(Gap gap, StepRun run) {
        keep(gap.refused(run));
        host.event(new RecoveryEvent.StepEnded(host.time().instant(), gap.id(), run));
    }

    /** Whatever comes of a gap that is open may not be all; those that rules are the reason of are searched by rules of now. */
    void rulesChanged(String why) {
        for (Gap gap : all()) {
            if (!RulesHeld.areReasonOf(gap)) keep(gap.withDoubt(gap.span(), Doubt.RULES_CHANGED, why));
        }
    }

    /** The verdict has fallen. */
    void close(Gap judged) {
        open.remove(judged.id());
        account = account(judged.lost().size(), judged.doubtful().size(), judged.recovered());
        writer.remember(new Change.GapKept(judged));
        host.event(new RecoveryEvent.GapClosed(host.time().instant(), judged));
    }

    @Nullable
    Gap get(long id) {
        return open.get(id);
    }

    private Recovery.Account account(int lost, int doubtful, long recovered) {
        return new Recovery.Account(
                open.size(),
                account.lostSpans() + lost,
                account.doubtfulSpans() + doubtful,
                account.recovered() + recovered);
    }

    /** What has become of gaps since the start. */
    Recovery.Account account() {
        return account;
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Whether a step of one of them is under way. */
    boolean areBeingFetched() {
        return open.values().stream().anyMatch(gap -> gap.running().findAny().isPresent());
    }

    /** All of them as they are now, oldest first. */
    List<Gap> all() {
        return List.copyOf(open.values());
    }

    /** The gap of an outage that has not ended. */
    Optional<Gap> lasting() {
        return all().stream().filter(gap -> gap.reconnectedAt().isEmpty()).findFirst();
    }

    /** What X has cut us off from for reading too slowly, it has dropped. */
    Stream<Gap> backfillable() {
        return all().stream().filter(gap -> !gap.slowReader()).filter(gap -> !RulesHeld.areReasonOf(gap));
    }
}
