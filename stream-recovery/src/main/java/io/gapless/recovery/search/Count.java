package io.gapless.recovery.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.search.Calls.Reply;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks X how many posts a search would find, without buying them: one call for each pack; in the archive, one call for
 * each pack and each 31 days of the span. Each reply starts the next call, so one thread at a time uses this object,
 * and it needs no lock.
 */
public final class Count {
    /** What X charges for a count of the last 7 days, in dollars. */
    public static final double RECENT_CALL_DOLLARS = 0.005;
    /** What X charges for a count of the archive, in dollars. */
    public static final double ARCHIVE_CALL_DOLLARS = 0.010;

    private static final int CALLS_MAX = 10_000;

    /**
     * Holds X's counts of a span. These counts may exceed the number of posts that search returns, and include a post
     * once for each pack that finds the post.
     *
     * @param end {@link End#WHOLE} if all packs were counted
     * @param posts the sum of the counted packs
     * @param calls how many calls X answered with counts
     * @param detail X's words on an early end
     * @param span the counted span
     */
    public record Counted(End end, long posts, int calls, String detail, Span span) {
        /** Returns the average number of posts per second; empty if not all packs were counted. */
        public OptionalDouble postsPerSecond() {
            if (end != End.WHOLE) return OptionalDouble.empty();
            return OptionalDouble.of(posts * 1_000.0 / span.length().toMillis());
        }
    }

    private final Calls calls;
    private final Span span;
    private final Deque<Pack> packs;
    private final BooleanSupplier stopped;
    private final CompletableFuture<Counted> counted = new CompletableFuture<>();
    private @Nullable String token;
    private long posts;
    private int answers;

    private Count(Calls calls, Span span, List<Pack> packs, BooleanSupplier stopped) {
        this.calls = calls;
        this.span = span;
        this.packs = new ArrayDeque<>(packs);
        this.stopped = stopped;
    }

    /**
     * Starts to count.
     *
     * @param calls the calls to X's counts, for recent search or for the archive
     * @param span the span to count, in whole seconds
     * @param packs the packs to count
     * @param stopped checked before each call
     * @return the counts; fails only for a programming error
     */
    public static CompletableFuture<Counted> of(Calls calls, Span span, List<Pack> packs, BooleanSupplier stopped) {
        Count count = new Count(calls, span, packs, stopped);
        count.next();
        return count.counted;
    }

    private void next() {
        Pack pack = packs.peek();
        if (pack == null) {
            finish(End.WHOLE, "");
            return;
        }
        Map<String, String> query = new HashMap<>();
        query.put("query", pack.query());
        query.put("start_time", span.from().toString());
        query.put("end_time", span.until().toString());
        query.put("granularity", "day");
        if (token != null) query.put("next_token", token);
        Instant servableUntil = calls.endpoint() == SearchEndpoint.RECENT_COUNTS
                ? span.from().plus(RecoveryPlanner.SEARCH_WINDOW)
                : Instant.MAX;
        calls.ask(query, servableUntil, stopped).whenComplete((reply, defect) -> {
            try {
                if (defect == null) replied(reply);
                else counted.completeExceptionally(defect);
            } catch (RuntimeException | Error e) {
                counted.completeExceptionally(e);
            }
        });
    }

    private void replied(Reply reply) {
        if (reply instanceof Reply.Page page) {
            read(page.body().path("meta"));
        } else if (reply instanceof Reply.Invalid invalid) {
            finish(End.PARKED, invalid.problem().describe());
        } else if (reply instanceof Reply.Ended ended) {
            finish(ended.end(), ended.detail());
        } else {
            throw new AssertionError("not a kind of reply: " + reply);
        }
    }

    private void read(JsonNode meta) {
        answers++;
        posts += Math.max(
                0,
                meta.path("total_tweet_count")
                        .asLong(meta.path("total_post_count").asLong()));
        String next = meta.path("next_token").asText("");
        if (answers >= CALLS_MAX || next.equals(token)) {
            finish(End.PARKED, "X keeps returning the same page of counts");
            return;
        }
        token = next.isEmpty() ? null : next;
        if (token == null) packs.remove();
        next();
    }

    private void finish(End end, String detail) {
        counted.complete(new Counted(end, posts, answers, detail, span));
    }
}
