package io.gapless.recovery;

import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.RecoveryQuote;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.search.Calls;
import io.gapless.recovery.search.Count;
import io.gapless.recovery.search.End;
import io.gapless.recovery.search.Fetch;
import io.gapless.recovery.search.FetchOutcome;
import io.gapless.recovery.search.Pack;
import io.gapless.recovery.search.Packer;
import io.gapless.recovery.search.SearchEndpoint;
import io.gapless.recovery.search.Slice;
import io.gapless.recovery.search.Slices;
import io.gapless.recovery.state.AcknowledgedIds;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.Rules;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Recovers by search: fetches one slice at a time, oldest first, by the rules that X holds now. A slice that only
 * waits for posts to be retried does not hold up the next one. Owner: the stream's thread.
 */
final class SearchRecovery {
    private static final Duration RULES_AGE_MAX = Duration.ofMinutes(5);
    private static final Duration RULES_RETRY = Duration.ofSeconds(30);

    private final Recovery.Host host;
    private final XClock x;
    private final Rules rules;
    private final Calls recent;
    private final Calls archive;
    private final Money money;
    private final Entitlement entitlement;
    private final KnownIds ids;
    private final Duration overlap;

    private Packer.@Nullable Packed packed;
    private Instant rulesAskedAt = Instant.MIN;
    /** Whether the last request for the rules failed. If so, the next request for them waits 30 s. */
    private boolean rulesFailed;

    private boolean askingRules;
    /**
     * Counts how often missing rules were added back. A list of rules that was requested earlier lacks these rules, so
     * it is of no use.
     */
    private int edition;

    private int packedEdition;
    /** The posts per second of the last slice, by which the length of the next one is chosen; empty if unknown. */
    private OptionalDouble postsPerSecond = OptionalDouble.empty();

    private @Nullable RunningSlice running;
    /** Slices whose posts were all handed over. They wait for the posts at which the handler has failed. */
    private final List<RunningSlice> waiting = new ArrayList<>();
    /** Whether the stream has ended. The count for a quote reads it, on any thread. */
    private volatile boolean calledOff;

    SearchRecovery(
            Recovery.Host host,
            XClock x,
            RecoverySettings settings,
            Money money,
            Entitlement entitlement,
            KnownIds ids) {
        Map<String, String> fields = settings.fields().query();
        this.host = host;
        this.x = x;
        this.rules = new Rules(host.api());
        this.recent = new Calls(host.api(), host.time(), x, SearchEndpoint.RECENT, fields, Calls.Waits.UNHEARD);
        this.archive = new Calls(host.api(), host.time(), x, SearchEndpoint.ARCHIVE, fields, Calls.Waits.UNHEARD);
        this.money = money;
        this.entitlement = entitlement;
        this.ids = ids;
        this.overlap = settings.overlap();
    }

    /** A slice that is being fetched, and the gap that it belongs to. */
    private record RunningSlice(long gapId, Step step, Fetch fetch) {}

    /** A slice that has ended, with all of its posts acknowledged. */
    record Ended(long gapId, Step slice, FetchOutcome outcome, StepRun run, String notSearched, String limits) {}

    /**
     * Returns whether the posts of the running slice were added to the inbox within the last second, so that they will
     * soon be acknowledged.
     */
    boolean isSettling() {
        return running != null && running.fetch().isSettling();
    }

    @Nullable
    Step slice() {
        return running == null ? null : running.step();
    }

    /** Adds the counts of all slices that have not ended to their gaps. */
    void tally(OpenGaps gaps) {
        for (RunningSlice slice : waiting) tally(gaps, slice);
        if (running != null) tally(gaps, running);
    }

    private static void tally(OpenGaps gaps, RunningSlice slice) {
        Fetch fetch = slice.fetch();
        gaps.progressed(slice.gapId(), slice.step(), fetch.fresh(), fetch.duplicates());
    }

    /** Returns a slice that has ended, and removes it from this object; null if no slice has ended. */
    @Nullable
    Ended ended() {
        RunningSlice last = running;
        if (last != null && last.fetch().isHandedOver()) {
            running = null;
            waiting.add(last);
        }
        RunningSlice slice = waiting.stream()
                .filter(one -> one.fetch().settled().isPresent())
                .findFirst()
                .orElse(null);
        if (slice == null) return null;
        waiting.remove(slice);
        Step step = slice.step();
        Fetch fetch = slice.fetch();
        FetchOutcome outcome = fetch.settled().orElseThrow();
        learnRate(step.span(), outcome);
        StepRun run = new StepRun(step, StepRun.State.DONE, 1, fetch.fresh(), fetch.duplicates(), outcome.note());
        return new Ended(
                slice.gapId(),
                step,
                outcome,
                run,
                packed == null ? "" : packed.notSearched(),
                packed == null ? "" : packed.limits());
    }

    private void learnRate(Span span, FetchOutcome outcome) {
        double seconds = Math.max(1, span.length().toSeconds());
        if (outcome.end() == End.WHOLE) {
            postsPerSecond = OptionalDouble.of(outcome.tally().bought() / seconds);
        } else if (outcome.end() == End.TOO_MANY) {
            postsPerSecond = OptionalDouble.of(2 * Slice.POSTS_MAX / seconds);
        }
    }

    /** Returns whether the next slice must wait for a running one. */
    boolean isBusy() {
        return running != null;
    }

    /** Returns X's rules, packed for search. If the rules are not known, returns empty and asks X for them. */
    Optional<Packer.Packed> packed(Instant now) {
        return rulesKnown(now) ? Optional.ofNullable(packed) : Optional.empty();
    }

    /**
     * Returns whether X has indexed every post created before a moment. X may index a post as late as it delivers the
     * post live, so one overlap must have passed since that moment. The overlap is longer than the 10 s after which X
     * allows a search.
     */
    boolean isIndexed(Instant until, Instant now) {
        return !until.plus(overlap).isAfter(now);
    }

    /**
     * Starts the first slice of a step, if no other slice is running, if the rules, the number of bought posts and the
     * ids of the slice are in memory, and if X has indexed the slice. Returns whether the slice has started.
     */
    boolean begin(long gapId, Step step, Instant now) {
        if (running != null || !money.isKnown(gapId) || !rulesKnown(now)) return false;
        Span first = Slices.first(step.span(), postsPerSecond, money.leftFor(gapId));
        if (!isIndexed(first.until(), now)) return false;
        Optional<Span> front = ids.front(first);
        if (front.isEmpty()) return false;
        Span slice = front.get();
        Calls calls = step.method() == RecoveryMethod.ARCHIVE_SEARCH ? archive : recent;
        List<Pack> packs = packed == null ? List.of() : packed.packs();
        Fetch fetch = new Fetch(host, known -> new Slice(calls, slice, packs, money.forGap(gapId, known)));
        running = new RunningSlice(gapId, new Step(step.method(), slice, step.notBefore()), fetch);
        // Only if X bills posts does it matter which posts of the slice had been received before.
        if (entitlement.isBilled()) ids.ask(slice, fetch::begin);
        else fetch.begin(AcknowledgedIds.NONE);
        return true;
    }

    private boolean rulesKnown(Instant now) {
        boolean fresh = isFresh(now);
        boolean mayAsk = !rulesFailed || !now.isBefore(rulesAskedAt.plus(RULES_RETRY));
        if (!fresh && !askingRules && mayAsk && heldNanos() == 0) askRules(now);
        return fresh;
    }

    private boolean isFresh(Instant now) {
        return packed != null && packedEdition == edition && now.isBefore(rulesAskedAt.plus(RULES_AGE_MAX));
    }

    /**
     * Returns for how many nanoseconds no request for the rules may be sent, because X, or a server in between, has
     * asked to wait.
     */
    private long heldNanos() {
        return host.api().windows().waitNanos("GET", Rules.PATH, host.time().nanoTime());
    }

    /** Discards the known list of rules, because it lacks rules that were just added back to X. */
    void forgetRules() {
        edition++;
    }

    private void askRules(Instant now) {
        askingRules = true;
        rulesAskedAt = now;
        int asked = edition;
        rules.listAsync()
                .whenComplete((held, failed) -> host.execute(() -> {
                    askingRules = false;
                    rulesFailed = failed != null;
                    if (failed != null) return;
                    packed = pack(held);
                    packedEdition = asked;
                }));
    }

    private Packer.Packed pack(List<Rule> held) {
        boolean enterprise = entitlement.abilities(x.instant()).jobs();
        return Packer.pack(held, enterprise ? Packer.ENTERPRISE_MAX_LENGTH : Packer.RECENT_MAX_LENGTH);
    }

    /**
     * Returns how many posts the searches of a plan would buy, and their price. Posts that were bought on the same UTC
     * day are included, although X does not bill them again.
     */
    CompletableFuture<RecoveryQuote> quote(RecoveryPlan plan) {
        List<Step> searches = plan.steps().stream()
                .filter(step ->
                        step.method() == RecoveryMethod.SEARCH || step.method() == RecoveryMethod.ARCHIVE_SEARCH)
                .toList();
        List<Span> spans = searches.stream().map(Step::span).toList();
        boolean old = searches.stream().anyMatch(step -> step.method() == RecoveryMethod.ARCHIVE_SEARCH);
        if (spans.isEmpty()) return CompletableFuture.completedFuture(new RecoveryQuote(plan, 0, 0));
        Span whole = new Span(spans.get(0).from(), spans.get(spans.size() - 1).until());
        Calls counts = new Calls(
                host.api(),
                host.time(),
                x,
                old ? SearchEndpoint.ARCHIVE_COUNTS : SearchEndpoint.RECENT_COUNTS,
                Map.of(),
                Calls.Waits.UNHEARD);
        return packedSoon()
                .thenCompose(known -> Count.of(counts, whole, known.packs(), () -> calledOff))
                .thenApply(counted -> quote(plan, counted, old));
    }

    private static RecoveryQuote quote(RecoveryPlan plan, Count.Counted counted, boolean old) {
        if (counted.end() != End.WHOLE) throw new IllegalStateException(counted.detail());
        double call = old ? Count.ARCHIVE_CALL_DOLLARS : Count.RECENT_CALL_DOLLARS;
        return new RecoveryQuote(plan, counted.posts(), Slices.dollars(counted.posts()) + counted.calls() * call);
    }

    private CompletableFuture<Packer.Packed> packedSoon() {
        if (packed != null && isFresh(x.instant())) return CompletableFuture.completedFuture(packed);
        CompletableFuture<Void> mayAsk = new CompletableFuture<>();
        host.time().after(Duration.ofNanos(heldNanos()), () -> mayAsk.complete(null));
        return mayAsk.thenCompose(now -> rules.listAsync()).thenApply(this::pack);
    }

    void end() {
        calledOff = true;
        if (running != null) running.fetch().cancel();
    }
}
