package io.gapless.recovery;

import io.gapless.stream.Recovery;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The method by search: one slice at a time, oldest first, with the rules that X holds now. Owner: the stream's thread.
 */
final class SearchRecovery {
    private static final Duration RULES_AGE_MAX = Duration.ofMinutes(5);
    private static final Duration RULES_RETRY = Duration.ofSeconds(30);

    private final Recovery.Host host;
    private final XClock x;
    private final Rules rules;
    private final SearchCalls recent;
    private final SearchCalls archive;
    private final Money money;
    private final Entitlement entitlement;

    private SearchPacker.@Nullable Packed packed;
    private Instant rulesAskedAt = Instant.MIN;
    private boolean askingRules;
    /** From the last slice, to make the next one as long as its posts allow. */
    private OptionalDouble postsPerSecond = OptionalDouble.empty();

    private @Nullable SearchFetch running;
    private @Nullable Step runningStep;
    private long runningGap;
    /** Read by the calls, whatever thread they are on. */
    private volatile boolean calledOff;

    SearchRecovery(Recovery.Host host, XClock x, Map<String, String> fields, Money money, Entitlement entitlement) {
        this.host = host;
        this.x = x;
        this.rules = new Rules(host.api());
        this.recent =
                new SearchCalls(host.api(), host.time(), x, SearchEndpoint.RECENT, fields, SearchCalls.Waits.UNHEARD);
        this.archive =
                new SearchCalls(host.api(), host.time(), x, SearchEndpoint.ARCHIVE, fields, SearchCalls.Waits.UNHEARD);
        this.money = money;
        this.entitlement = entitlement;
    }

    /** A slice that has come to its end, with all of its posts acknowledged. */
    record Ended(long gapId, Step slice, SearchOutcome outcome, StepRun run, String notSearched, String limits) {}

    /** Whether the posts of a slice are just being acknowledged. */
    boolean isSettling() {
        return running != null && running.isSettling();
    }

    @Nullable
    Step slice() {
        return runningStep;
    }

    /** The slice under way, if it has ended; it is told once. */
    @Nullable
    Ended ended() {
        SearchFetch fetch = running;
        Step step = runningStep;
        if (fetch == null || step == null || fetch.settled().isEmpty()) return null;
        SearchOutcome outcome = fetch.settled().get();
        running = null;
        runningStep = null;
        learnRate(step.span(), outcome);
        StepRun run = new StepRun(step, StepRun.State.DONE, 1, fetch.fresh(), fetch.duplicates(), outcome.note());
        return new Ended(
                runningGap,
                step,
                outcome,
                run,
                packed == null ? "" : packed.notSearched(),
                packed == null ? "" : packed.limits());
    }

    private void learnRate(Span span, SearchOutcome outcome) {
        double seconds = Math.max(1, span.length().toSeconds());
        if (outcome.end() == SearchEnd.WHOLE) {
            postsPerSecond = OptionalDouble.of(outcome.tally().bought() / seconds);
        } else if (outcome.end() == SearchEnd.TOO_MANY) {
            postsPerSecond = OptionalDouble.of(2 * SearchSlice.POSTS_MAX / seconds);
        }
    }

    /** Begins the first slice of a step whose time has come; returns whether it has. */
    boolean begin(long gapId, Step step, Instant now) {
        if (running != null || !rulesKnown(now)) return false;
        Span slice = SearchSlices.cut(step.span(), postsPerSecond, money.leftFor(gapId))
                .get(0);
        if (slice.until().plus(RecoveryPlanner.SEARCH_FRESHNESS).isAfter(now)) return false;
        SearchCalls calls = step.method() == RecoveryMethod.ARCHIVE_SEARCH ? archive : recent;
        List<SearchPack> packs = packed == null ? List.of() : packed.packs();
        SearchFetch fetch = new SearchFetch(host, new SearchSlice(calls, slice, packs, money.forGap(gapId)));
        running = fetch;
        runningStep = new Step(step.method(), slice, step.notBefore());
        runningGap = gapId;
        fetch.begin();
        return true;
    }

    private boolean rulesKnown(Instant now) {
        boolean fresh = isFresh(now);
        boolean mayAsk = packed != null || !now.isBefore(later(rulesAskedAt, RULES_RETRY));
        if (!fresh && !askingRules && mayAsk && heldNanos() == 0) askRules(now);
        return fresh;
    }

    private boolean isFresh(Instant now) {
        return packed != null && now.isBefore(rulesAskedAt.plus(RULES_AGE_MAX));
    }

    /** How long X, or a server before it, has asked not to be asked for the rules. */
    private long heldNanos() {
        return host.api().windows().waitNanos("GET", Rules.PATH, host.time().nanoTime());
    }

    private static Instant later(Instant moment, Duration by) {
        return moment.equals(Instant.MIN) ? moment : moment.plus(by);
    }

    private void askRules(Instant now) {
        askingRules = true;
        rulesAskedAt = now;
        rules.listAsync()
                .whenComplete((held, failed) -> host.execute(() -> {
                    askingRules = false;
                    if (failed == null) packed = pack(held);
                }));
    }

    private SearchPacker.Packed pack(List<Rule> held) {
        boolean enterprise = entitlement.abilities(x.instant()).jobs();
        return SearchPacker.pack(
                held, enterprise ? SearchPacker.ENTERPRISE_MAX_LENGTH : SearchPacker.RECENT_MAX_LENGTH);
    }

    /** What the searches of a plan would buy; the same posts may have been bought on the same UTC day. */
    CompletableFuture<RecoveryQuote> quote(RecoveryPlan plan) {
        List<Step> searches = plan.steps().stream()
                .filter(step ->
                        step.method() == RecoveryMethod.SEARCH || step.method() == RecoveryMethod.ARCHIVE_SEARCH)
                .toList();
        List<Span> spans = searches.stream().map(Step::span).toList();
        boolean old = searches.stream().anyMatch(step -> step.method() == RecoveryMethod.ARCHIVE_SEARCH);
        if (spans.isEmpty()) return CompletableFuture.completedFuture(new RecoveryQuote(plan, 0, 0));
        Span whole = new Span(spans.get(0).from(), spans.get(spans.size() - 1).until());
        SearchCalls counts = new SearchCalls(
                host.api(),
                host.time(),
                x,
                old ? SearchEndpoint.ARCHIVE_COUNTS : SearchEndpoint.RECENT_COUNTS,
                Map.of(),
                SearchCalls.Waits.UNHEARD);
        return packedSoon()
                .thenCompose(known -> SearchCount.of(counts, whole, known.packs(), () -> calledOff))
                .thenApply(counted -> new RecoveryQuote(
                        plan,
                        counted.posts(),
                        SearchSlices.dollars(counted.posts())
                                + counted.calls()
                                        * (old ? SearchCount.ARCHIVE_CALL_DOLLARS : SearchCount.RECENT_CALL_DOLLARS)));
    }

    private CompletableFuture<SearchPacker.Packed> packedSoon() {
        if (packed != null && isFresh(x.instant())) return CompletableFuture.completedFuture(packed);
        CompletableFuture<Void> mayAsk = new CompletableFuture<>();
        host.time().after(Duration.ofNanos(heldNanos()), () -> mayAsk.complete(null));
        return mayAsk.thenCompose(now -> rules.listAsync()).thenApply(this::pack);
    }

    void end() {
        calledOff = true;
        if (running != null) running.cancel();
    }
}
