package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.state.StoreRequest;
import io.gapless.stream.seam.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A person who has spans of the past recovered, by the library or by another process. Each future is completed: by its gap
 * while the stream lives, or by its end. What was opened and could be written is in the ledger.
 */
final class HandCheck {
    private static final Duration LONGEST = Duration.ofHours(6);
    /** What was handed over longer ago may come again. */
    private static final Duration KNOWN = Duration.ofHours(40);

    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Duration REMEMBERED_AFTER = Duration.ofSeconds(5);

    private final VirtualTime time;
    private final SimulatedX x;
    private final FragileStore store;
    private final MoneyCheck money;
    private final Random chance;
    private final RunLog log;
    private final Set<Long> remembered = new HashSet<>();
    /** What this life of the process waits for. */
    private final List<CompletableFuture<?>> given = new ArrayList<>();

    HandCheck(VirtualTime time, SimulatedX x, FragileStore store, MoneyCheck money, Random chance, RunLog log) {
        this.time = time;
        this.x = x;
        this.store = store;
        this.money = money;
        this.chance = chance;
        this.log = log;
    }

    void recover(GaplessStream stream, Machine machine) {
        Span span = span();
        money.allow(x.posts.created(span.from(), span.until()).size());
        log.say("*** by hand: " + span);
        if (chance.nextBoolean()) {
            store.disk()
                    .request(
                            StoreRequest.Kind.RECOVER,
                            "{\"from\":\"%s\",\"until\":\"%s\"}".formatted(span.from(), span.until()));
            return;
        }
        CompletableFuture<Gap> asked = ask(stream, span);
        given.add(asked);
        time.after(SOON, () -> {
            if (machine.isDead()) return;
            if (!asked.isDone()) log.fail(Failure.Kind.NEVER_COMPLETED, "recover of " + span);
            else if (!asked.isCompletedExceptionally()) awaitWritten(asked.join(), machine);
        });
    }

    /** By a clock that is wrong, the span may not have begun yet. */
    private static CompletableFuture<Gap> ask(GaplessStream stream, Span span) {
        try {
            return stream.recover(span.from(), span.until());
        } catch (IllegalArgumentException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private Span span() {
        Instant now = time.instant();
        Instant oldest = Span.later(BadDay.START, now.minus(KNOWN));
        long seconds = Math.max(120, Duration.between(oldest, now).toSeconds());
        Instant from = oldest.plusSeconds((long) (chance.nextDouble() * (seconds - 60)));
        Instant until = from.plus(BadDay.between(chance, Duration.ofSeconds(1), LONGEST));
        return new Span(from, Span.later(Span.earlier(until, now), from.plusSeconds(1)));
    }

    private void awaitWritten(Gap gap, Machine machine) {
        int failures = store.failures();
        time.after(REMEMBERED_AFTER, () -> {
            if (!machine.isDead() && store.failures() == failures) remembered.add(gap.id());
        });
    }

    /** Something is asked of a stream that is about to be closed. */
    void closes(GaplessStream stream) {
        Span span = lastMinute();
        try {
            given.add(stream.quote(span.from(), span.until()));
        } catch (IllegalArgumentException refused) {
            // By a clock that is wrong, it may lie in the future.
        }
    }

    /** The stream has ended: nobody waits for anything of it. */
    void closed(GaplessStream stream) {
        long open = given.stream().filter(future -> !future.isDone()).count();
        if (open > 0) log.fail(Failure.Kind.NEVER_COMPLETED, open + " futures from before the close");
        if (!ask(stream, lastMinute()).isCompletedExceptionally())
            log.fail(Failure.Kind.NEVER_COMPLETED, "a recover of a stream that is closed");
        given.clear();
    }

    /** The process has died with all that it was given. */
    void died() {
        given.clear();
    }

    private Span lastMinute() {
        Instant now = time.instant();
        return new Span(now.minusSeconds(60), now.minusSeconds(1));
    }

    /** At the end of the day. */
    void checkWrittenDown() {
        List<StoreRequest> open = store.disk().requests();
        if (!open.isEmpty()) log.fail(Failure.Kind.NEVER_COMPLETED, "requests of another process: " + open);
        store.disk().ledger(Instant.MIN, Integer.MAX_VALUE).forEach(gap -> remembered.remove(gap.id()));
        if (!remembered.isEmpty()) log.fail(Failure.Kind.NOT_WRITTEN_DOWN, "gaps " + remembered);
    }
}
