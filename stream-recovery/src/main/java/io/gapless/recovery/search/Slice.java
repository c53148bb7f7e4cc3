package io.gapless.recovery.search;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.search.Calls.Reply;
import io.gapless.stream.post.Problem;
import io.gapless.stream.rules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Searches one slice of time for all rules: pack after pack, page after page, newest first, one call at a time.
 *
 * <p>A pack of many rules is only probed. If the probe finds anything, each rule of the pack is searched alone, since
 * search does not report which part of a query has matched. If X refuses a pack, its rules are searched one by one,
 * too, so that one bad rule does not cost the others. If X rejects a {@code next_token}, the pack starts again, and the
 * posts found so far are kept.
 *
 * <p>Each reply starts the next call, so one thread at a time runs the search, and it needs no lock. {@link #run} is
 * called once. {@link #cancel} may be called at any time, from any thread.
 */
public final class Slice {
    /**
     * The most posts of a slice, since all of them are held in memory until the last has arrived. A larger slice is
     * split.
     */
    public static final int POSTS_MAX = 10_000;

    private static final long BYTES_MAX = 64L << 20;
    /** The fewest posts that X allows as the size of a page. */
    public static final int PAGE_MIN = 10;

    private static final int RESTARTS_MAX = 3;
    /** X may send empty pages with a token. An endless series of them is a defect. */
    private static final int EMPTY_PAGES_MAX = 100;

    private final Calls calls;
    private final Span span;
    private final Spend spend;
    private final Deque<Pack> packs;
    private final Hits hits;
    private final List<String> lost = new ArrayList<>();
    private final CompletableFuture<FetchOutcome> outcome = new CompletableFuture<>();
    private volatile boolean cancelled;

    private int requests;
    private int restarts;
    private int emptyPages;
    /** X's token of the next page of the first pack; null for its first page. */
    private @Nullable String token;

    /**
     * Creates a search that has not begun.
     *
     * @param calls the calls to recent search or to the archive
     * @param span the slice, in whole seconds, which ended at least 10 s ago by X's clock
     * @param packs the packs to search for
     * @param spend the spending limit
     */
    public Slice(Calls calls, Span span, List<Pack> packs, Spend spend) {
        if (!isWhole(span.from()) || !isWhole(span.until())) {
            throw new IllegalArgumentException("A slice begins and ends at a whole second: " + span);
        }
        this.calls = calls;
        this.span = span;
        this.packs = new ArrayDeque<>(packs);
        this.spend = spend;
        this.hits = new Hits(span);
    }

    private static boolean isWhole(Instant moment) {
        return moment.truncatedTo(ChronoUnit.SECONDS).equals(moment);
    }

    /**
     * Starts the search.
     *
     * @return the outcome; fails only for a programming error
     */
    public CompletableFuture<FetchOutcome> run() {
        try {
            next();
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
        }
        return outcome;
    }

    /** Cancels the search at once. Does not wait for the end of a running call. */
    void cancel() {
        cancelled = true;
        outcome.complete(FetchOutcome.without(End.CANCELLED, ""));
    }

    private void next() {
        Pack pack = packs.peek();
        if (pack == null) {
            finish(End.WHOLE, "");
            return;
        }
        if (!spend.isKnown()) {
            finish(End.CANCELLED, "");
            return;
        }
        int page = pack.rules().size() > 1 ? PAGE_MIN : calls.endpoint().pageMax;
        while (page >= PAGE_MIN && !spend.mayBuy(page)) page -= PAGE_MIN;
        if (page < PAGE_MIN) {
            finish(End.COST, "");
            return;
        }
        calls.ask(query(pack, page), servableUntil(), () -> cancelled).whenComplete((reply, defect) -> {
            try {
                if (defect == null) replied(pack, reply);
                else outcome.completeExceptionally(defect);
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        });
    }

    private Map<String, String> query(Pack pack, int page) {
        Map<String, String> query = new HashMap<>();
        query.put("query", pack.query());
        query.put("start_time", span.from().toString());
        query.put("end_time", span.until().toString());
        query.put("sort_order", "recency");
        query.put("max_results", Integer.toString(page));
        if (token != null) query.put("next_token", token);
        return query;
    }

    private Instant servableUntil() {
        return calls.endpoint() == SearchEndpoint.RECENT
                ? span.from().plus(RecoveryPlanner.SEARCH_WINDOW)
                : Instant.MAX;
    }

    private void replied(Pack pack, Reply reply) {
        if (reply instanceof Reply.Page page) read(pack, Page.of(page.body()));
        else if (reply instanceof Reply.Invalid invalid) refused(pack, invalid.problem());
        else if (reply instanceof Reply.Ended ended) finish(ended.end(), ended.detail(), ended.untilCapReset());
        else throw new AssertionError("not a kind of reply: " + reply);
    }

    private void read(Pack pack, Page page) {
        requests++;
        spend.bought(hits.see(page.posts()));
        if (page.unreadable() > 0) lost.add("search returned " + page.unreadable() + " posts without an id");
        if (pack.rules().size() > 1) {
            // An empty page with a token proves nothing about the pages after it.
            if (page.posts().isEmpty() && page.nextToken().isEmpty()) pass();
            else askApart(pack);
            return;
        }
        PackedRule rule = pack.rules().get(0);
        for (Page.Found post : page.posts()) {
            if (rule.translation().mayMatch(post.data())) hits.add(post, rule.rule());
        }
        if (hits.posts() > POSTS_MAX || hits.bytes() > BYTES_MAX) tooMany();
        else turn(page);
    }

    private void turn(Page page) {
        if (page.nextToken().isEmpty()) {
            pass();
            return;
        }
        emptyPages = page.posts().isEmpty() ? emptyPages + 1 : 0;
        String next = page.nextToken().get();
        if (next.equals(token) || emptyPages > EMPTY_PAGES_MAX) {
            restart("X keeps returning the same page");
            return;
        }
        token = next;
        next();
    }

    /** Removes the first pack, because it is done, and continues with the next one. */
    private void pass() {
        packs.remove();
        begin();
    }

    private void begin() {
        token = null;
        emptyPages = 0;
        next();
    }

    private void askApart(Pack pack) {
        packs.remove();
        List<Pack> apart = pack.apart();
        for (int i = apart.size() - 1; i >= 0; i--) packs.addFirst(apart.get(i));
        begin();
    }

    private void refused(Pack pack, Problem problem) {
        if (token != null && (problem.names("next_token") || problem.names("pagination_token"))) {
            restart(problem.describe());
        } else if (!problem.parameters().contains("query")) {
            finish(End.PARKED, problem.describe());
        } else if (pack.rules().size() > 1) {
            askApart(pack);
        } else {
            lost.add("search refused the rule " + name(pack.rules().get(0).rule()) + ": " + problem.describe());
            pass();
        }
    }

    private static String name(Rule rule) {
        return rule.tag().isEmpty() ? rule.id() : rule.tag();
    }

    private void restart(String why) {
        if (++restarts > RESTARTS_MAX) {
            lost.add("search could not read all pages: " + why);
            pass();
        } else {
            begin();
        }
    }

    private void tooMany() {
        Duration half = Duration.ofSeconds(span.length().toSeconds() / 2);
        if (!half.isZero()) {
            outcome.complete(new FetchOutcome(
                    End.TOO_MANY,
                    List.of(),
                    hits.tally(requests),
                    List.of(),
                    List.of(),
                    "more than " + POSTS_MAX + " posts",
                    Optional.empty(),
                    Optional.of(span.from().plus(half))));
            return;
        }
        lost.add("search cannot return the more than " + POSTS_MAX + " posts of this second");
        finish(End.WHOLE, "");
    }

    private void finish(End end, String detail) {
        finish(end, detail, Optional.empty());
    }

    private void finish(End end, String detail, Optional<Duration> untilCapReset) {
        Tally tally = hits.tally(requests);
        List<String> doubts =
                tally.earlierVersions() > 0 ? List.of("search returns no earlier versions of edited posts") : List.of();
        outcome.complete(
                new FetchOutcome(end, hits.lines(), tally, lost, doubts, detail, untilCapReset, Optional.empty()));
    }
}
