package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.Notes;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import io.gapless.stream.Recovery;
import io.gapless.stream.Recovery.LiveConnection;
import io.gapless.stream.UnreadLine;
import io.gapless.stream.api.Answer;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.seam.Head;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Outage → gap → plan → steps → verdict → ledger. Owner of the outage that lasts, if one does; its parts own the rest.
 * On the stream's thread, which calls all of it.
 *
 * <p>The {@link Frontier} is the last signal of a live connection in X's time; what may be missing before it lies in the
 * {@link OpenGaps}, a list of spans beside it. A gap opens when no connection is left, gets its end when one is up again,
 * and is closed when nothing of it is uncovered: each part has been brought by a step, or given up with a reason.
 */
final class GapKeeper {
    /** A slice is a matter of milliseconds, and the next one waits for its acknowledgements. */
    private static final long BUSY_NANOS = Duration.ofMillis(10).toNanos();

    /** X counts in seconds, and whatever an answer changes comes by mail. */
    private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
    /** After a longer outage the rules are looked at, at once: they may be missing. */
    private static final Duration RULES_UNSEEN_FOR = Duration.ofMinutes(1);

    private static final String RESTART = "the process was not running";
    private static final String UNPROVEN = "X returned no posts, and nothing proves that there were none";
    private static final String BY_HAND = "requested by a person";
    private static final String SPILL_LOST = "the spill file could not be read";
    /** X matches a new rule after so long at the latest. */
    private static final Duration RULES_TAKE_EFFECT = Duration.ofSeconds(20);

    private static final String SINCE = "requested by since(…)";
    private static final String LATE_START = "the first connection took long to open";
    private static final String UNREADABLE = "lines arrived that could not be read";
    /** A first connect may take so long before that is an outage: what comes late is on its way all the same. */
    private static final Duration FIRST_CONNECT_MAX = Duration.ofSeconds(2);

    private final RecoverySettings settings;
    private final Recovery.Host host;
    private final XClock x;
    private final TimeDoubt doubt;
    private final StateWriter writer;
    private final StateStore.Remembered remembered;

    private final Money money;
    private final Entitlement entitlement;
    private final OpenGaps gaps;
    private final Frontier frontier;
    private final BackfillSteps backfills;
    private final JobSteps jobs;
    private final SearchRecovery searchRecovery;
    private final SearchSteps searches;
    private final SecondConnection second;
    private final RuleChanges rules;
    private final RulesHeld rulesHeld;
    private final KnownIds ids;
    private final ConnectLog connects;
    private final LineLosses lines;
    private final ReadingPauses pauses;
    private final FirstStart first;
    private final StatusNote status;

    /** Why the last connect was refused that asked for a backfill; the next one does without, and shows whether that was it. */
    private Disconnection.@Nullable Refused suspect;

    /** Connections some of whose lines could not be read while X's time was in doubt, and since when. */
    private final Map<Integer, Instant> unreadInDoubt = new HashMap<>();

    /** The gap of the outage that lasts. */
    private @Nullable Long outageGap;

    GapKeeper(
            RecoverySettings settings,
            Recovery.Host host,
            XClock x,
            StateStore store,
            StateWriter writer,
            Supplier<Health> health) {
        this.settings = settings;
        this.host = host;
        this.x = x;
        this.writer = writer;
        Duration overlap = settings.overlap();
        remembered = store.remembered();
        entitlement = new Entitlement(
                settings.access(),
                settings.archiveSearch(),
                settings.endpoint(),
                host,
                x,
                remembered.notes(),
                writer::remember);
        money = new Money(
                settings.postsMax(),
                x,
                store,
                (day, answer) -> writer.ask(from -> Money.boughtOn(from, day), answer),
                writer::remember,
                entitlement::isBilled);
        gaps = new OpenGaps(host, writer, remembered.lastGapId());
        frontier = new Frontier(host, x, writer, remembered.frontier().map(Change.Frontier::at));
        backfills = new BackfillSteps(x, overlap, entitlement, gaps);
        ids = new KnownIds(host, store, writer, gaps);
        jobs = new JobSteps(host, x, overlap, entitlement, gaps, ids);
        searchRecovery = new SearchRecovery(host, x, settings, money, entitlement, ids);
        searches = new SearchSteps(
                host, searchRecovery, new SearchProof(host, x, ids), money, settings.postsMax(), entitlement, gaps);
        second = new SecondConnection(x, overlap, entitlement, gaps);
        rules = new RuleChanges(host, remembered.notes().get(Notes.RULES), writer::remember);
        rulesHeld = new RulesHeld(x, remembered.notes(), writer::remember);
        connects = new ConnectLog(x, remembered.notes().get(Notes.CONNECTS), writer::remember);
        lines = new LineLosses(x, overlap, gaps, writer);
        pauses = new ReadingPauses(remembered.notes().get(Notes.READING_PAUSED), writer::remember);
        first = new FirstStart(x, remembered.notes().get(Notes.FIRST_START), writer::remember);
        doubt = new TimeDoubt(host, x, this::tellSkew, this::connected);
        status = new StatusNote(health, host.time(), writer);
    }

    // ---- start -----------------------------------------------------------------------------------------------------

    void begin() {
        connects.chargeTo(host);
        writer.remember(new Change.Noted(Notes.STREAM, settings.endpoint().id()));
        for (Gap gap : remembered.gaps()) {
            gaps.resume(gap.interrupted());
            if (gap.cause().equals(BY_HAND)) money.allow(gap.id());
        }
        Instant now = x.instant();
        remembered.frontier().ifPresentOrElse(known -> restart(known, now), () -> firstStart(now));
        ids.recall(now, frontier.at().orElse(now));
        ids.pin();
    }

    /** A restart is an outage like any other; what had come and was not acknowledged is asked for again. */
    private void restart(Change.Frontier known, Instant now) {
        Instant from = Span.earlier(known.at(), known.oldestUnacknowledged()).minus(settings.overlap());
        Optional<Gap> lasting = gaps.lasting();
        if (lasting.isEmpty()) {
            outage(from, known.at(), RESTART, now, pauses.beforeStart());
            return;
        }
        Gap gap = lasting.get();
        outageGap = gap.id();
        gaps.keep(gap.spanning(
                new Span(Span.earlier(gap.span().from(), from), gap.span().until())));
    }

    private void firstStart(Instant now) {
        settings.since()
                .ifPresentOrElse(
                        since -> outage(since, since, SINCE, now, false),
                        () -> first.begin(host.time().instant()));
    }

    // ---- outage → gap ----------------------------------------------------------------------------------------------

    void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {
        // What we know of its time is not certain, and so the outage has lasted.
        unreadInDoubt.remove(connection);
        if (doubt.ended(connection)) return;
        Instant now = x.instant();
        Instant lastSignal = x.of(lastSignalAt);
        backfills.ended(connection);
        jobs.noticeEviction(now);
        second.noticeEviction(connection, now);
        Optional<LiveConnection> other = uncover(connection, lastSignal, now);
        if (other.isPresent()) {
            second.cover(other.get().connection(), lastSignal, how.describe(), now, slowReader)
                    .ifPresent(frontier::move);
        } else if (how instanceof Disconnection.ClosedByUs) {
            // The next start opens the gap, from the frontier as it is now.
            frontier.move(lastSignal);
            frontier.keep(now);
        } else if (outageGap == null) {
            outage(lastSignal.minus(settings.overlap()), lastSignal, how.describe(), now, slowReader);
        }
    }

    /** It covers nothing from its last signal on; returns the other connection, if that is up. */
    private Optional<LiveConnection> uncover(int connection, Instant lastSignal, Instant now) {
        Optional<LiveConnection> other =
                live().stream().filter(one -> one.connection() != connection).findFirst();
        second.uncover(
                connection,
                lastSignal,
                other.isEmpty() || second.cameAfter(lastSignal, other.get().connection(), now));
        return other;
    }

    /** The connections that are up and whose time is certain. */
    private List<LiveConnection> live() {
        return host.live().stream()
                .filter(one -> !doubt.isAwaited(one.connection()))
                .toList();
    }

    /** What X has sent since it was heard last is missing, as if the connection had ended then and come back now. */
    void unreadable(int connection, Instant heardAt) {
        if (doubt.isAwaited(connection)) {
            unreadInDoubt.merge(connection, heardAt, Span::earlier);
            return;
        }
        backfills.ended(connection);
        missing(connection, x.of(heardAt));
    }

    /** A post is missing; with a second connection that brings it perhaps not. */
    void unreadable(int connection, UnreadLine line) {
        if (doubt.isAwaited(connection)) {
            unreadInDoubt.merge(connection, line.lastSignalAt(), Span::earlier);
            return;
        }
        // It may be of the backlog, whose posts are older: that is asked for another way.
        backfills.ended(connection);
        Instant before = x.of(line.lastSignalAt());
        boolean alone = live().stream().allMatch(one -> one.connection() == connection);
        if (alone) lines.add(line, before, x.of(line.at()));
        else missing(connection, before);
    }

    private void missing(int connection, Instant lastSignal) {
        Instant now = x.instant();
        Optional<LiveConnection> other = uncover(connection, lastSignal, now);
        second.connected(connection, now);
        if (other.isPresent()) {
            second.cover(other.get().connection(), lastSignal, UNREADABLE, now, false);
            return;
        }
        Span span = spanFrom(lastSignal.minus(settings.overlap()), now);
        Gap gap = gaps.number(span, lastSignal, UNREADABLE, now, false).reconnected(now, span);
        gaps.open(gap);
        ids.pin();
        tellPlan(gap.id(), now);
    }

    private void outage(Instant from, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        Gap gap = gaps.number(spanFrom(from, now), lastSignal, cause, now, slowReader);
        outageGap = gap.id();
        gaps.open(gap);
        ids.pin();
    }

    /** What was received and could not be kept is missing like what was not received. */
    void lost(Instant oldest) {
        Instant now = x.instant();
        Span span = spanFrom(oldest.minus(settings.overlap()), now);
        Gap gap = gaps.number(span, oldest, SPILL_LOST, now, false).reconnected(now, span);
        gaps.open(gap);
        ids.pin();
        tellPlan(gap.id(), now);
    }

    /** X had no room for the new rules beside the old ones: what the new ones would have matched meanwhile is a gap. */
    void rulesReplaced(Instant from, Instant until) {
        Instant now = x.instant();
        Span span = new Span(x.of(from), Span.later(x.of(until), x.of(from)).plus(RULES_TAKE_EFFECT));
        gaps.open(gaps.number(span, span.from(), RulesHeld.REPLACED, now, false).reconnected(now, span));
        ids.pin();
    }

    void rulesSeen(Instant at, List<Rule> held) {
        // What steps ask for from now on, X answers by other rules: that is so for each gap that has no verdict.
        rules.seen(x.of(at), held, gaps::rulesChanged);
    }

    Optional<Recovery.HeldRules> rulesHeldBefore(RuleSet wanted) {
        return rulesHeld.before(wanted);
    }

    void rulesHeld(Recovery.HeldRules held, RuleSet wanted) {
        rulesHeld.held(held, wanted, gaps.all());
    }

    /**
     * What only the missing rules match was not sent; jobs and backfills match by X's rules, so search has to find it.
     * What steps were to bring meanwhile, they were asked for without those rules, too.
     */
    void rulesMissing(Instant lastSeenAt) {
        Instant now = x.instant();
        Instant seen = x.of(lastSeenAt);
        Instant from = rulesHeld.missingFrom(seen).minus(settings.overlap());
        // By a clock that X has not set yet, it may be earlier than what was heard before a restart.
        Instant until = Span.later(Span.later(now, seen), frontier.at().orElse(now));
        Span span = new Span(from, until.plus(RULES_TAKE_EFFECT));
        Gap gap = gaps.number(span, seen, RulesHeld.MISSING, now, false).reconnected(now, span);
        searchRecovery.forgetRules();
        gaps.open(gap);
        ids.pin();
        tellPlan(gap.id(), now);
    }

    /** As far as a gap is known to reach; never empty, even if our clock is behind X's, which the next answer will tell. */
    private Span spanFrom(Instant from, Instant now) {
        return new Span(from, Span.later(now, from.plusSeconds(1)).plus(settings.overlap()));
    }

    // ---- the connect that ends it ----------------------------------------------------------------------------------

    /** What X has accepted in earlier lives. */
    String acceptedBefore() {
        return remembered.notes().getOrDefault(Notes.ACCEPTED, "");
    }

    void accepted(String note) {
        writer.remember(new Change.Noted(Notes.ACCEPTED, note));
    }

    Optional<Recovery.Backfill> backfill(int connection) {
        Instant now = x.instant();
        if (!host.live().isEmpty()) second.asked(connection, now);
        return backfills.ask(connection, outageGap != null && suspect == null, now);
    }

    void charged(int count) {
        connects.charged(count);
    }

    boolean wantsSecond() {
        return entitlement.allowsSecond(x.instant());
    }

    boolean isOtherwise(int connection, Disconnection.Refused how) {
        if (!host.live().isEmpty()) return second.isGivenUp(how);
        // Refused without a backfill as well: the backfill is not the reason.
        suspect = null;
        if (how.answer().meaning(true) != Answer.Meaning.WITHOUT_BACKFILL) return false;
        suspect = how;
        return true;
    }

    /**
     * A connect without the backfill is accepted, a moment after one with it was refused. That says something about the
     * backfill, unless what refused it was not X, and X has backfilled for this account before.
     */
    private void judgeSuspect() {
        Disconnection.Refused refused = suspect;
        suspect = null;
        if (refused == null) return;
        Answer answer = refused.answer();
        if (answer.isByX() || !answer.before().query()) entitlement.refused(refused.describe());
    }

    void connected(int connection, Head head, Instant answeredAt) {
        judgeSuspect();
        XClock.Learned learned =
                head.date().map(date -> x.learn(date, answeredAt)).orElse(XClock.Learned.NOTHING);
        if (learned == XClock.Learned.SKEW) tellSkew();
        if (learned == XClock.Learned.DOUBT) {
            doubt.await(connection, answeredAt);
            return;
        }
        // A second connection's answer may be the one that others wait for.
        if (head.date().isPresent()) doubt.settle();
        connected(connection, answeredAt);
    }

    /** X's time is certain. The outage has ended with the answer, whenever that was confirmed. */
    private void connected(int connection, Instant answeredAt) {
        Instant now = x.of(answeredAt);
        second.connected(connection, now);
        if (backfills.hasAsked(connection)) entitlement.backfillAccepted();
        lateStart(now);
        Gap gap = outageGap == null ? null : gaps.get(outageGap);
        outageGap = null;
        if (gap != null) {
            gaps.keep(gap.reconnected(now, spanFrom(gap.span().from(), now)));
            if (now.isAfter(gap.lastSignalAt().plus(RULES_UNSEEN_FOR))) host.lookAtRules();
        }
        backfills.connected(connection, now);
        if (gap != null) {
            frontier.resume(now);
            tellPlan(gap.id(), now);
        }
        Instant heardAt = unreadInDoubt.remove(connection);
        if (heardAt != null) unreadable(connection, heardAt);
    }

    private void lateStart(Instant now) {
        first.connected()
                .filter(start -> now.isAfter(start.plus(FIRST_CONNECT_MAX)))
                .ifPresent(start -> outage(start, start, LATE_START, now, false));
    }

    /** X has refused the stream for good. */
    void givenUp() {
        first.forget();
    }

    /** Otherwise the frontier would go ahead of what has come, and the next gap begin too late. */
    void clockSet(Duration by) {
        x.localSet(by);
        keepSkew();
    }

    private void keepSkew() {
        writer.remember(new Change.Noted(Notes.SKEW, x.skew().toString()));
    }

    private void tellSkew() {
        keepSkew();
        host.event(new RecoveryEvent.SkewLearned(host.time().instant(), x.skew()));
    }

    /** Calls and their tries go on by themselves; nobody would be there for what they bring. */
    void end() {
        searches.end();
    }

    /** The last word: what the handler has acknowledged of the steps under way while the stream was closing counts. */
    void tally() {
        jobs.tally();
        searches.tally();
        backfills.tally();
    }

    // ---- gap → plan → steps ----------------------------------------------------------------------------------------

    /** Does what is due; returns in how many nanoseconds to be called again at the latest. */
    long step() {
        Instant now = x.instant();
        doubt.step();
        List<LiveConnection> live = live();
        backfills.step(live);
        second.step(live, now);
        jobs.step(now);
        searches.step(now);
        // A step that would make us forget what we have seen waits until another one is done; there is always one.
        if (host.hasRoomForIds() || !gaps.areBeingFetched()) gaps.all().forEach(gap -> beginSteps(gap, now));
        rulesHeld.asked(gaps.all());
        gaps.all().forEach(gap -> closeIfDone(gap, now));
        ids.pin();
        frontier.step(thereBeforeFrontier(live, now), now);
        frontier.at().ifPresent(ids::forgetOld);
        pauses.step(host.live(), now);
        status.step(now);
        if (gaps.isEmpty() && second.isIdle() && backfills.isIdle()) return Frontier.KEPT_EVERY.toNanos();
        return searches.isSettling() ? BUSY_NANOS : TICK_NANOS;
    }

    /** A connection that has come only after the frontier says nothing of the time in between. */
    private List<LiveConnection> thereBeforeFrontier(List<LiveConnection> all, Instant now) {
        Optional<Instant> at = frontier.at();
        if (at.isEmpty()) return all;
        return all.stream()
                .filter(live -> !second.cameAfter(at.get(), live.connection(), now))
                .toList();
    }

    /** Begins what may begin, oldest first: two jobs at a time, and one slice of search. */
    private void beginSteps(Gap gap, Instant now) {
        if (gap.reconnectedAt().isEmpty() || searches.isPriced(gap)) return;
        RecoveryPlan plan = plan(gap, now);
        for (LostSpan part : plan.lost()) gaps.keep(current(gap).withLost(part.span(), part.reason()));
        if (!gap.isPlanned(plan.steps())) gaps.keep(current(gap).planned(plan.steps()));
        for (Step step : plan.steps()) {
            if (step.method() != RecoveryMethod.RECOVERY_JOB) searches.begin(current(gap), step, now);
            else if (!step.notBefore().isAfter(now) && !jobs.areParked(now)) jobs.begin(current(gap), step, now);
        }
    }

    private Gap current(Gap gap) {
        Gap current = gaps.get(gap.id());
        return current == null ? gap : current;
    }

    /** What a job has not brought, another job need not be asked for. */
    private RecoveryPlan plan(Gap gap, Instant now) {
        Abilities abilities = entitlement.abilities(now);
        boolean search = gap.hasFailed(RecoveryMethod.RECOVERY_JOB)
                || jobs.areParked(now)
                || gap.cause().equals(RulesHeld.MISSING);
        return RecoveryPlanner.plan(
                gap.uncovered(), search && abilities.search() ? abilities.withoutJobs() : abilities, now);
    }

    private void tellPlan(long gapId, Instant now) {
        Gap claimed = gaps.get(gapId);
        if (claimed == null) return;
        RecoveryPlan rest = plan(claimed, now);
        Gap gap = claimed.planned(rest.steps());
        gaps.keep(gap);
        List<Step> steps = gap.steps().stream().map(StepRun::step).toList();
        host.event(new RecoveryEvent.GapPlanned(host.time().instant(), gap, new RecoveryPlan(steps, rest.lost())));
    }

    /** What has become of gaps since the start. */
    Recovery.Account account() {
        return gaps.account();
    }

    // ---- by hand ---------------------------------------------------------------------------------------------------

    /** Why a span cannot be recovered by hand; empty if it can be tried. */
    Optional<String> objection(Span span) {
        return AskedSpan.objection(span, settings.archiveSearch(), x.instant());
    }

    /** Recovers a span because a person asks for it; what it may cost is the person's decision. */
    Gap openByHand(Span span) {
        Instant now = x.instant();
        Gap gap = gaps.number(span, span.from(), BY_HAND, now, false).reconnected(now, span);
        money.allow(gap.id());
        gaps.open(gap);
        ids.pin();
        tellPlan(gap.id(), now);
        return gap;
    }

    /** What that would take. */
    CompletableFuture<RecoveryQuote> quote(Span span) {
        Instant now = x.instant();
        return searchRecovery.quote(RecoveryPlanner.plan(List.of(span), entitlement.abilities(now), now));
    }

    // ---- verdict → ledger ------------------------------------------------------------------------------------------

    private void closeIfDone(Gap gap, Instant now) {
        if (isDone(gap, now) && (!settings.endpoint().needsRules() || rules.isLookedAtFor(gap.id(), now)))
            gaps.close(judged(gap.planned(List.of()), now));
    }

    private boolean isDone(Gap gap, Instant now) {
        boolean busy = backfills.isSettling() || gap.running().findAny().isPresent();
        if (gap.reconnectedAt().isEmpty() || busy || !gap.uncovered().isEmpty()) return false;
        // Until then a post of the gap's end may still come.
        return !now.isBefore(gap.span().until());
    }

    private static Gap judged(Gap gap, Instant now) {
        Gap account = gap;
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.DONE_UNPROVEN)
                account = account.withDoubt(run.step().span(), Doubt.UNPROVEN, UNPROVEN);
        }
        return account.closed(account.judged(), now);
    }
}
