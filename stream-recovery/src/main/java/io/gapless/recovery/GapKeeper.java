package io.gapless.recovery;

import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Gap.StepRun;
import io.gapless.recovery.ledger.LostSpan;
import io.gapless.recovery.ledger.RecoveryMethod;
import io.gapless.recovery.ledger.RecoveryPlan;
import io.gapless.recovery.ledger.RecoveryPlan.Step;
import io.gapless.recovery.ledger.RecoveryQuote;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.plan.Abilities;
import io.gapless.recovery.plan.AskedSpan;
import io.gapless.recovery.plan.RecoveryPlanner;
import io.gapless.recovery.slot.StuckSlot;
import io.gapless.recovery.slot.WarmConnection;
import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Health;
import io.gapless.stream.api.Answer;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RuleSet;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Recovery.LiveConnection;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns outages into gaps, plans and starts the steps of each gap, and closes each gap with a verdict for the ledger.
 * Owns the id of the current outage's gap, the skew that has dated its begin, the refusal that may concern a backfill,
 * and the unreadable lines whose time is in doubt. The objects in the other fields own all other state. The stream's
 * thread makes all calls.
 *
 * <p>The {@link Frontier} is the last signal of a live connection, in X's time. {@link OpenGaps} holds the spans before
 * the frontier in which posts may be missing. A gap opens when the last connection ends. The end of the gap is set when
 * a connection is up again. The gap closes when no part of it is uncovered: a step has recovered each part, or the part
 * was given up for a reason.
 */
final class GapKeeper {
    /**
     * The wait before the next {@link #step} while the posts of a slice are being acknowledged. The acknowledgement
     * takes milliseconds, and the next slice waits for it.
     */
    private static final long BUSY_NANOS = Duration.ofMillis(10).toNanos();

    /**
     * The usual wait before the next {@link #step}. X counts in seconds. Answers of X need no shorter wait, because
     * they arrive as tasks between two steps.
     */
    private static final long TICK_NANOS = Duration.ofSeconds(1).toNanos();
    /** After an outage longer than this, the rules on X are listed at once, because some may be missing. */
    private static final Duration RULES_UNSEEN_FOR = Duration.ofMinutes(1);

    private static final String RESTART = "the process was not running";
    private static final String UNPROVEN = "X returned no posts, and nothing proves that there were none";
    private static final String BY_HAND = "requested by a person";
    private static final String SPILL_LOST = "the spill file could not be read";
    /** The longest time that X takes to match posts by a rule after the rule was added. */
    private static final Duration RULES_TAKE_EFFECT = Duration.ofSeconds(20);

    private static final String SINCE = "requested by since(…)";
    private static final String LATE_START = "the first connection took long to open";
    private static final String UNREADABLE = "lines arrived that could not be read";
    /**
     * If the first connection is up this soon after the first start, no gap opens. Posts from so short a time still
     * arrive live, though late.
     */
    private static final Duration FIRST_CONNECT_MAX = Duration.ofSeconds(2);

    private final RecoverySettings settings;
    private final Recovery.Host host;
    private final XClock x;
    private final TimeDoubt doubt;
    private final StateWriter writer;
    private final StateStore.Remembered remembered;

    /** Reads the number of this process among the owners of a shared state. */
    private final LongSupplier term;

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
    private final Optional<StuckSlot> slot;
    private final StatusNote status;

    /**
     * The refusal of the last connect, if the backfill that it requested may be the reason; null otherwise. The next
     * connect requests no backfill, and its result shows whether the backfill was the reason for the refusal.
     */
    private Disconnection.@Nullable Refused suspect;

    /**
     * The connections that had unreadable lines while X's time was in doubt. The value is the last signal before the
     * first of these lines, by this machine's clock.
     */
    private final Map<Integer, Instant> unreadInDoubt = new HashMap<>();

    /** The id of the current outage's gap; null if there is no outage. */
    private @Nullable Long outageGap;

    /**
     * The skew by which the begin of the current outage was dated, for this machine's clock as it is set now; null if an
     * earlier process or the user has set the begin.
     */
    private @Nullable Duration datedBy;

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
        term = store::term;
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
        rules = new RuleChanges(host, remembered.notes().get(NoteNames.RULES), writer::remember);
        gaps = new OpenGaps(host, writer, remembered.lastGapId(), rules::judge);
        frontier = new Frontier(host, x, writer, remembered.frontier().map(Change.Frontier::at));
        backfills = new BackfillSteps(x, overlap, entitlement, gaps);
        ids = new KnownIds(host, store, writer, gaps);
        jobs = new JobSteps(host, x, entitlement, gaps, ids, settings.jobs());
        searchRecovery = new SearchRecovery(host, x, settings, money, entitlement, ids);
        searches = new SearchSteps(
                host, searchRecovery, new SearchProof(host, x, ids), money, settings.postsMax(), entitlement, gaps);
        second = new SecondConnection(x, overlap, entitlement, gaps);
        rulesHeld = new RulesHeld(x, remembered.notes(), writer::remember);
        connects = new ConnectLog(x, remembered.notes().get(NoteNames.CONNECTS), writer::remember);
        lines = new LineLosses(x, overlap, gaps, writer);
        pauses = new ReadingPauses(remembered.notes().get(NoteNames.READING_PAUSED), writer, host.time());
        first = new FirstStart(x, remembered.notes().get(NoteNames.FIRST_START), writer::remember);
        doubt = new TimeDoubt(host, x, this::connected);
        x.whenCorrected(this::corrected);
        slot = settings.endsStuckConnection()
                ? Optional.of(new StuckSlot(
                        host,
                        remembered.notes().get(NoteNames.CONNECTION),
                        writer::remember,
                        this::stuckConnectionEnded))
                : Optional.empty();
        status = new StatusNote(health, host.time(), writer);
    }

    // ---- start -----------------------------------------------------------------------------------------------------

    /**
     * Begins, with a connection that this process has kept while it stood by, if it is up.
     *
     * @param warm the connection
     * @param accountedUntil what was created earlier was dropped while this process stood by, in X's time
     */
    void begin(Optional<WarmConnection.Up> warm, Instant accountedUntil) {
        connects.chargeTo(host);
        writer.remember(new Change.Noted(NoteNames.STREAM, settings.endpoint().id()));
        for (Gap gap : remembered.gaps()) {
            gaps.resume(GapChanges.interrupted(gap));
            if (gap.cause().equals(BY_HAND)) money.allow(gap.id());
        }
        Instant now = x.instant();
        if (warm.isPresent()) takeOver(warm.get(), accountedUntil, now);
        else start(now);
        ids.pin();
    }

    /** Reads the ids of the posts that X may send again. Called before {@link #begin}. */
    void recall() {
        Instant now = x.instant();
        ids.recall(now, remembered.frontier().map(Change.Frontier::at).orElse(now));
    }

    private void start(Instant now) {
        Optional<Change.Frontier> known = remembered.frontier();
        if (known.isPresent()) {
            first.forget();
            restart(known.get(), now);
            return;
        }
        // If a gap lasts, an earlier process has opened it for the first start, and ended before it could note that it
        // was connected.
        gaps.lasting().ifPresentOrElse(gap -> outageGap = gap.id(), () -> firstStart(now));
    }

    /**
     * Begins with a connection that was up before. What it has received since the frontier is in the inbox, so no gap
     * opens if it was complete at the frontier.
     */
    private void takeOver(WarmConnection.Up warm, Instant accountedUntil, Instant now) {
        if (x.learn(warm.answer()) == XClock.Learned.DOUBT) {
            start(now);
            doubt.await(warm.connection(), host.time().instant());
            return;
        }
        Instant accepted = x.of(warm.answer().arrivedAt());
        Instant complete = Span.later(x.of(warm.completeSince()), accountedUntil.plus(settings.overlap()));
        Optional<Change.Frontier> known = remembered.frontier();
        if (known.isEmpty() || gaps.lasting().isPresent()) {
            start(x.instant());
            connected(
                    warm.connection(),
                    accepted,
                    Span.later(complete, known.map(Change.Frontier::at).orElse(complete)));
            return;
        }
        second.connected(warm.connection(), complete);
        slot.ifPresent(own -> own.connected(accepted));
        second.cover(warm.connection(), reached(known.get()), RESTART, x.instant(), pauses.beforeStart())
                .ifPresent(frontier::move);
    }

    private static Instant reached(Change.Frontier known) {
        return Span.earlier(known.at(), known.oldestUnacknowledged());
    }

    /**
     * Opens a gap for the time since the earlier process ended, as for any other outage. If that process ended during
     * an outage, the gap of that outage continues instead. The gap reaches back to the oldest post that was received
     * but not acknowledged, so such posts are requested again.
     */
    private void restart(Change.Frontier known, Instant now) {
        Instant from = reached(known).minus(settings.overlap());
        Optional<Gap> lasting = gaps.lasting();
        if (lasting.isEmpty()) {
            outage(from, known.at(), RESTART, now, pauses.beforeStart());
            return;
        }
        Gap gap = lasting.get();
        outageGap = gap.id();
        gaps.keep(GapChanges.spanning(
                gap, new Span(Span.earlier(gap.span().from(), from), gap.span().until())));
    }

    private void firstStart(Instant now) {
        settings.since()
                .ifPresentOrElse(
                        since -> outage(since, since, SINCE, now, false),
                        () -> first.begin(host.time().instant()));
    }

    // ---- outage → gap ----------------------------------------------------------------------------------------------

    void ended(int connection, Disconnection how, Instant lastSignalAt, boolean slowReader) {
        // If X's time was still in doubt for this connection, the connection had not ended the outage. So the outage
        // goes on.
        unreadInDoubt.remove(connection);
        if (doubt.ended(connection)) {
            if (slowReader) failedAfterPause();
            return;
        }
        Instant now = x.instant();
        Instant lastSignal = x.ofSignal(lastSignalAt);
        backfills.ended(connection);
        jobs.noticeEviction(now);
        second.noticeEviction(connection, now);
        Optional<LiveConnection> other = uncover(connection, lastSignal, now);
        if (other.isPresent()) {
            second.cover(other.get().connection(), lastSignal, how.describe(), now, slowReader)
                    .ifPresent(frontier::move);
        } else if (how instanceof Disconnection.ClosedByUs) {
            // The next start opens a gap that begins at the frontier, so the frontier must be stored now.
            frontier.move(lastSignal);
            frontier.keep();
        } else if (outageGap == null) {
            outage(lastSignal.minus(settings.overlap()), lastSignal, how.describe(), now, slowReader);
            datedBy = Duration.between(lastSignalAt, lastSignal);
        }
    }

    /**
     * Ends the cover that a connection was to give to gaps of the other connection. It covers them only up to its last
     * signal; the other connection covers the rest if it was up by then. Returns the other connection; empty if the other
     * connection is not up.
     */
    private Optional<LiveConnection> uncover(int connection, Instant lastSignal, Instant now) {
        Optional<LiveConnection> other =
                live().stream().filter(one -> one.connection() != connection).findFirst();
        second.uncover(
                connection,
                lastSignal,
                other.map(LiveConnection::connection).filter(by -> !second.cameAfter(lastSignal, by, now)));
        return other;
    }

    /** Returns the connections that are up, except those for which X's time is still in doubt. */
    private List<LiveConnection> live() {
        return host.live().stream()
                .filter(one -> !doubt.isAwaited(one.connection()))
                .toList();
    }

    /**
     * Handles a time in which no line of a connection could be read. The consequences are the same as if the connection
     * had ended at its last signal, {@code heardAt}, and was up again now.
     */
    void unreadable(int connection, Instant heardAt) {
        if (doubt.isAwaited(connection)) {
            unreadInDoubt.merge(connection, heardAt, Span::earlier);
            return;
        }
        backfills.ended(connection);
        missing(connection, x.ofSignal(heardAt));
    }

    /**
     * Records that the post of an unreadable line is missing. If another connection is up, it may have delivered the
     * post, and covers the time of the line.
     */
    void unreadable(int connection, UnreadLine line) {
        if (doubt.isAwaited(connection)) {
            unreadInDoubt.merge(connection, line.lastSignalAt(), Span::earlier);
            return;
        }
        // The line may have been a post of a running backfill, created long before the line arrived. So that backfill
        // proves nothing any more, and another method recovers its span.
        backfills.ended(connection);
        Instant before = x.ofSignal(line.lastSignalAt());
        boolean alone = live().stream().allMatch(one -> one.connection() == connection);
        if (alone) lines.add(line, before, x.of(line.at()));
        else missing(connection, before);
    }

    private void missing(int connection, Instant lastSignal) {
        Instant now = x.instant();
        Optional<LiveConnection> other = uncover(connection, lastSignal, now);
        second.connected(connection, now);
        if (other.isPresent()) {
            second.cover(other.get().connection(), lastSignal, UNREADABLE, now, false)
                    .ifPresent(frontier::move);
            return;
        }
        Span span = spanFrom(lastSignal.minus(settings.overlap()), now);
        Gap gap = openEnded(span, lastSignal, UNREADABLE, now);
        // As after a reconnect, this connection proves nothing about the time before now. The new gap stands for that
        // time, so the frontier moves on to now.
        frontier.resume(now);
        tellPlan(gap.id(), now);
    }

    private void outage(Instant from, Instant lastSignal, String cause, Instant now, boolean slowReader) {
        Gap gap = gaps.number(spanFrom(from, now), lastSignal, cause, now, slowReader);
        outageGap = gap.id();
        datedBy = null;
        gaps.open(gap);
        ids.pin();
    }

    /** Opens a gap whose end is known already. The whole span of the gap is uncovered. */
    private Gap openEnded(Span span, Instant lastSignal, String cause, Instant now) {
        Gap gap = GapChanges.reconnected(gaps.number(span, lastSignal, cause, now, false), now, span);
        gaps.open(gap);
        ids.pin();
        return gap;
    }

    /** Marks the gap of the outage that goes on as one in which X may have dropped posts. */
    void failedAfterPause() {
        Gap gap = outageGap == null ? null : gaps.get(outageGap);
        if (gap != null && !gap.slowReader()) gaps.keep(GapChanges.ofSlowReader(gap));
    }

    void paused() {
        pauses.note(x.instant());
    }

    boolean mayPause() {
        return pauses.mayPause();
    }

    /** Opens a gap for live posts that were received and then lost, because the spill file could not be read. */
    void lost(Instant oldest) {
        Instant now = x.instant();
        Span span = spanFrom(oldest.minus(settings.overlap()), now);
        Gap gap = openEnded(span, oldest, SPILL_LOST, now);
        tellPlan(gap.id(), now);
    }

    /**
     * Opens a gap for the time in which X held neither the old rules nor all new ones, because X had no room for both.
     */
    void rulesReplaced(Instant from, Instant until) {
        Instant now = x.instant();
        Span span = new Span(x.of(from), Span.later(x.of(until), x.of(from)).plus(RULES_TAKE_EFFECT));
        openEnded(span, span.from(), RulesHeld.REPLACED, now);
    }

    /** Corrects X's time by an answer that no connection waits for, or ends the doubt of those that do. */
    void rulesListed(Recovery.Accepted answer) {
        doubt.answered(answer);
    }

    void rulesSeen(Instant at, List<Rule> held) {
        // X matches the posts of later steps by the changed rules. So the change makes the open gaps doubtful.
        rules.seen(x.of(at), held, gaps::rulesChanged);
    }

    Optional<Recovery.HeldRules> rulesHeldBefore(RuleSet wanted) {
        return rulesHeld.before(wanted);
    }

    void rulesHeld(Recovery.HeldRules held, RuleSet wanted) {
        rulesHeld.held(held, wanted, gaps.all());
    }

    /**
     * Opens a gap for the time in which rules were missing on X. Only search recovers its posts, because X matches
     * recovery jobs and backfills by its rules. Recovery steps that ran during that time also received no posts of the
     * missing rules. So the gap reaches back to the oldest moment that those steps requested.
     */
    void rulesMissing(Instant lastSeenAt) {
        Instant now = x.instant();
        Instant seen = x.of(lastSeenAt);
        Instant from = rulesHeld.missingFrom(seen).minus(settings.overlap());
        // Before X's first answer, X's time is a guess. If this machine's clock is behind, `now` may lie before the
        // frontier.
        Instant until = Span.later(Span.later(now, seen), frontier.at().orElse(now));
        Span span = new Span(from, until.plus(RULES_TAKE_EFFECT));
        searchRecovery.forgetRules();
        Gap gap = openEnded(span, seen, RulesHeld.MISSING, now);
        tellPlan(gap.id(), now);
    }

    /**
     * Returns the span from a moment until now, with the overlap after now. The span is never empty: if this machine's
     * clock is behind, and {@code now} lies before {@code from}, a second is added to {@code from}. X's next answer
     * corrects {@code now}.
     */
    private Span spanFrom(Instant from, Instant now) {
        return new Span(from, Span.later(now, from.plusSeconds(1)).plus(settings.overlap()));
    }

    // ---- the connect that ends the outage --------------------------------------------------------------------------

    /**
     * Returns the note of an earlier process about the requests, tokens and rules that X has accepted; empty if there
     * is no note.
     */
    String acceptedBefore() {
        return remembered.notes().getOrDefault(NoteNames.ACCEPTED, "");
    }

    void accepted(String note) {
        writer.remember(new Change.Noted(NoteNames.ACCEPTED, note));
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

    boolean willAskDifferently(int connection, Disconnection.Refused how) {
        if (!host.live().isEmpty()) return second.isGivenUp(how);
        slot.ifPresent(own -> own.refused(how));
        // If the last connect was refused with a backfill, and this one without it, the backfill is not the reason.
        suspect = null;
        if (how.answer().meaning(true) != Answer.Meaning.WITHOUT_BACKFILL) return false;
        suspect = how;
        return true;
    }

    /**
     * Judges the earlier refusal of a connect with a backfill, when X has accepted the next connect, without a
     * backfill. The refusal then counts as a refusal of backfill and recovery jobs. It does not count if a server in
     * between wrote it and X has accepted the refused request before.
     */
    private void judgeSuspect() {
        Disconnection.Refused refused = suspect;
        suspect = null;
        if (refused == null) return;
        Answer answer = refused.answer();
        if (answer.isByX() || !answer.before().query()) entitlement.refused(refused.describe());
    }

    void connected(int connection, Recovery.Accepted answer) {
        judgeSuspect();
        if (x.learn(answer) == XClock.Learned.DOUBT) {
            doubt.await(connection, answer.arrivedAt());
            return;
        }
        // X's time is certain now, also for another connection that waits for a second answer.
        if (answer.head().date().isPresent()) doubt.settle();
        connected(connection, answer.arrivedAt());
    }

    private void connected(int connection, Instant answeredAt) {
        connected(connection, x.of(answeredAt), x.of(answeredAt));
    }

    /**
     * Ends the outage, once X's time is certain. The end of the outage is the moment when X's answer to the connect
     * arrived, even if a later answer has confirmed X's time.
     *
     * @param accepted when the answer arrived, in X's time
     * @param now since when everything that X sent has arrived, in X's time
     */
    private void connected(int connection, Instant accepted, Instant now) {
        second.connected(connection, now);
        if (host.live().size() <= 1) slot.ifPresent(own -> own.connected(accepted));
        if (backfills.hasAsked(connection)) entitlement.backfillAccepted();
        lateStart(now);
        Gap gap = outageGap == null ? null : gaps.get(outageGap);
        outageGap = null;
        if (gap != null) {
            gaps.keep(GapChanges.reconnected(gap, now, spanFrom(gap.span().from(), now)));
            if (now.isAfter(gap.lastSignalAt().plus(RULES_UNSEEN_FOR))) host.lookAtRules();
        }
        backfills.connected(connection, now);
        if (gap != null || frontier.at().isEmpty()) frontier.resume(now);
        // Only once the frontier is kept: the process may end between any two of its changes.
        first.forget();
        if (gap != null) tellPlan(gap.id(), now);
        Instant heardAt = unreadInDoubt.remove(connection);
        if (heardAt != null) unreadable(connection, heardAt);
    }

    private void stuckConnectionEnded(String connection, String answer) {
        host.event(new RecoveryEvent.StuckConnectionEnded(host.time().instant(), connection, answer));
    }

    private void lateStart(Instant now) {
        if (outageGap != null) return;
        first.at()
                .filter(start -> now.isAfter(start.plus(FIRST_CONNECT_MAX)))
                .ifPresent(start -> outage(start, start, LATE_START, now, false));
    }

    /** Deletes the time of the first start, because X has refused the stream for good. */
    void givenUp() {
        first.forget();
    }

    /**
     * Keeps X's time right when this machine's clock was set, and moves along the moments that are kept by this
     * machine's clock. Otherwise the frontier would run ahead of the received posts, and the next gap would begin too
     * late.
     */
    void clockSet(Duration by) {
        x.localSet(by);
        first.clockSet(by);
        doubt.clockSet(by);
        if (datedBy != null) datedBy = datedBy.minus(by);
        unreadInDoubt.replaceAll((connection, heardAt) -> heardAt.plus(by));
        keepSkew();
    }

    private void keepSkew() {
        writer.remember(new Change.Noted(NoteNames.SKEW, x.skew().toString()));
    }

    /** Handles a correction of X's time by X's answers. */
    private void corrected(Duration by) {
        if (by.isNegative()) datedTooLate(by.negated());
        keepSkew();
        host.event(new RecoveryEvent.SkewLearned(host.time().instant(), x.skew()));
    }

    /**
     * Dates the last signal again, because X's time was assumed too late: with the begin of the outage, or with the
     * frontier. Otherwise this outage, or the next one after a restart, would begin after posts that have not arrived.
     */
    private void datedTooLate(Duration by) {
        Gap gap = outageGap == null ? null : gaps.get(outageGap);
        if (gap != null) beginsEarlier(gap);
        // Without a connection of this process, an earlier process has moved the frontier.
        else if (live().stream().anyMatch(one -> second.hasSeen(one.connection()))) {
            frontier.at().ifPresent(at -> second.frontierMovedBack(at, at.minus(by)));
            frontier.moveBack(by);
        }
    }

    private void beginsEarlier(Gap gap) {
        Duration known = datedBy;
        if (known == null || x.skew().compareTo(known) >= 0) return;
        datedBy = x.skew();
        Instant from = gap.span().from().minus(known.minus(x.skew()));
        gaps.keep(GapChanges.spanning(gap, new Span(from, gap.span().until())));
        ids.pin();
    }

    /** Cancels the calls of search. They would otherwise continue, although nothing takes their posts any more. */
    void end() {
        searches.end();
    }

    /** Counts the posts of running steps that the handler has acknowledged while the stream was closing. */
    void tally() {
        jobs.tally();
        searches.tally();
        backfills.tally();
    }

    // ---- gap → plan → steps ----------------------------------------------------------------------------------------

    /**
     * Does all that is due now: starts and ends steps, closes gaps, and stores the frontier. Returns after how many
     * nanoseconds, at the latest, this method must be called again.
     */
    long step() {
        Instant now = x.instant();
        doubt.step();
        List<LiveConnection> live = live();
        backfills.step(live);
        second.step(live, now);
        jobs.step(now);
        searches.step(now);
        // Ids of spans that are being recovered are never evicted. When they fill half of their memory, the next step
        // waits until a running one has ended. If no step is running, the next step starts all the same, so recovery
        // never stops.
        if (host.hasRoomForIds() || !gaps.areBeingFetched()) beginSteps(now);
        rulesHeld.asked(gaps.all(), gaps.takeEnded());
        gaps.all().forEach(gap -> closeIfDone(gap, now));
        ids.pin();
        frontier.step(thereBeforeFrontier(live, now));
        frontier.at().ifPresent(ids::forgetOld);
        status.step();
        return Math.min(pauses.step(host.live(), now), untilStep());
    }

    private long untilStep() {
        if (gaps.isEmpty() && second.isIdle() && backfills.isIdle()) return Frontier.KEPT_EVERY.toNanos();
        return searches.isSettling() ? BUSY_NANOS : TICK_NANOS;
    }

    /**
     * Returns the connections that were up at the frontier. A connection that came up later proves nothing about the
     * time before it was up.
     */
    private List<LiveConnection> thereBeforeFrontier(List<LiveConnection> all, Instant now) {
        Optional<Instant> at = frontier.at();
        if (at.isEmpty()) return all;
        return all.stream()
                .filter(live -> !second.cameAfter(at.get(), live.connection(), now))
                .toList();
    }

    /**
     * Plans the gaps, and starts those of their steps that may start now, oldest first. At most two recovery jobs and
     * one slice of search run at a time, over all gaps.
     */
    private void beginSteps(Instant now) {
        List<Claim> due = new ArrayList<>();
        gaps.all().forEach(gap -> beginSteps(gap, due, now));
        jobs.begin(due, now);
    }

    private void beginSteps(Gap gap, List<Claim> due, Instant now) {
        if (gap.reconnectedAt().isEmpty() || searches.isPriced(gap)) return;
        RecoveryPlan plan = plan(gap, now);
        for (LostSpan part : plan.lost()) gaps.keep(GapChanges.withLost(current(gap), part.span(), part.reason()));
        if (!GapChanges.isPlanned(gap, plan.steps())) gaps.keep(GapChanges.planned(current(gap), plan.steps()));
        for (Step step : plan.steps()) {
            if (step.method() != RecoveryMethod.RECOVERY_JOB) searches.begin(current(gap), step, now);
            else if (!step.notBefore().isAfter(now) && !jobs.areParked(now)) due.add(new Claim(gap.id(), step));
        }
    }

    private Gap current(Gap gap) {
        Gap current = gaps.get(gap.id());
        return current == null ? gap : current;
    }

    /**
     * Plans the uncovered spans of a gap. Search takes the place of recovery jobs if a recovery job of this gap has
     * failed, if recovery jobs are parked, or if the gap was opened because rules were missing.
     */
    private RecoveryPlan plan(Gap gap, Instant now) {
        Abilities abilities = entitlement.abilities(now);
        boolean search = GapChanges.hasFailed(gap, RecoveryMethod.RECOVERY_JOB)
                || jobs.areParked(now)
                || gap.cause().equals(RulesHeld.MISSING);
        return RecoveryPlanner.plan(
                gap.uncovered(), search && abilities.search() ? abilities.withoutJobs() : abilities, now);
    }

    private void tellPlan(long gapId, Instant now) {
        Gap claimed = gaps.get(gapId);
        if (claimed == null) return;
        RecoveryPlan rest = plan(claimed, now);
        Gap gap = GapChanges.planned(claimed, rest.steps());
        gaps.keep(gap);
        List<Step> steps = gap.steps().stream().map(StepRun::step).toList();
        host.event(new RecoveryEvent.GapPlanned(host.time().instant(), gap, new RecoveryPlan(steps, rest.lost())));
    }

    /** Returns what the recovery has done since the start. */
    Recovery.Account account() {
        return new Recovery.Account(gaps.account(), money.account(), term.getAsLong());
    }

    // ---- by hand ---------------------------------------------------------------------------------------------------

    /** Returns why a span cannot be recovered by hand; empty if it can be tried. */
    Optional<String> objection(Span span) {
        return AskedSpan.objection(span, settings.archiveSearch(), x.instant());
    }

    /**
     * Opens a gap for a span that a person wants to recover. The spending limit does not apply, since the person
     * decides.
     */
    Gap openByHand(Span span) {
        Instant now = x.instant();
        Gap gap = openEnded(span, span.from(), BY_HAND, now);
        money.allow(gap.id());
        tellPlan(gap.id(), now);
        return gap;
    }

    /** Returns the plan and the price of recovering a span, without recovering it. */
    CompletableFuture<RecoveryQuote> quote(Span span) {
        Instant now = x.instant();
        return searchRecovery.quote(RecoveryPlanner.plan(List.of(span), entitlement.abilities(now), now));
    }

    // ---- verdict → ledger ------------------------------------------------------------------------------------------

    private void closeIfDone(Gap gap, Instant now) {
        if (isDone(gap, now) && (!settings.endpoint().needsRules() || rules.isLookedAtFor(gap.id(), now)))
            gaps.close(judged(GapChanges.planned(gap, List.of()), now));
    }

    private boolean isDone(Gap gap, Instant now) {
        boolean busy = backfills.isSettling() || gap.running().findAny().isPresent();
        if (gap.reconnectedAt().isEmpty() || busy || !gap.uncovered().isEmpty()) return false;
        // Until the span has ended, live posts that belong to its end may still arrive.
        return !now.isBefore(gap.span().until());
    }

    private static Gap judged(Gap gap, Instant now) {
        Gap account = gap;
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.DONE_UNPROVEN)
                account = GapChanges.withDoubt(account, run.step().span(), Doubt.UNPROVEN, UNPROVEN);
        }
        return GapChanges.closed(account, GapChanges.judged(account), now);
    }
}
