package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.StateStore;
import io.gapless.stream.Disconnection;
import io.gapless.stream.Health;
import io.gapless.stream.Recovery;
import io.gapless.stream.Snowflake;
import io.gapless.stream.StreamEvent;
import io.gapless.stream.seam.Head;
import io.github.resilience4j.bulkhead.Bulkhead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Outage → gap → plan → steps → verdict → ledger. Owner: the stream's thread, which calls all of it.
 *
 * <p>The frontier is the last signal of a live connection in X's time; what may be missing before it lies in the open
 * gaps, a list of spans beside it. A gap opens when no connection is left, gets its end when one is up again, and is
 * closed when nothing of it is uncovered: each part has been brought by a step, or given up with a reason.
 */
final class GapKeeper implements Recovery {
    /** A slice is a matter of milliseconds, and the next one waits for its acknowledgements. */
    private static final long BUSY_NANOS = Duration.ofMillis(10).toNanos();

    private static final long TICK_NANOS = Duration.ofMillis(250).toNanos();
    private static final Duration FRONTIER_EVERY = Duration.ofSeconds(5);
    private static final Duration IDS_KEPT = Duration.ofHours(48);
    private static final Duration SEEN_WINDOW = Duration.ofHours(1);
    /** What a backfill alone can have brought: live posts come up to 25 s late. */
    private static final Duration SURELY_BACKFILLED = Duration.ofSeconds(30);

    private static final Duration CLOCK_ERROR_MAX = Duration.ofDays(1);
    private static final Duration EDGE = Duration.ofSeconds(1);
    /** After a longer outage the rules are looked at. */
    private static final Duration RULES_UNSEEN_FOR = Duration.ofMinutes(1);

    private static final Duration EVICTED_WITHIN = Duration.ofSeconds(5);
    private static final int EVICTIONS_MAX = 2;
    private static final int SECOND_REFUSALS_MAX = 3;

    private static final String RESTART = "the process was not running";
    private static final String BY_HAND = "asked for by hand";
    private static final String SPILL_LOST = "the spill file could not be read back";
    private static final String SINCE = "asked for at the start";

    private final RecoverySettings settings;
    private final StateStore store;
    private final XClock x;
    private final Entitlement entitlement;
    private final StateWriter writer;
    private final Money money;
    private final Supplier<Health> health;
    private final Bulkhead jobSlots = Bulkhead.of("jobs", RecoverySettings.TWO_JOBS);

    private final TreeMap<Long, Gap> open = new TreeMap<>();
    private final Map<Integer, OptionalInt> asked = new HashMap<>();
    private final Map<Integer, Instant> connectedAt = new HashMap<>();
    private final Map<Integer, Drain> drains = new HashMap<>();
    private final List<ActiveJob> jobs = new ArrayList<>();
    private final List<Cover> covers = new ArrayList<>();
    /** Gaps whose price is being counted. */
    private final Set<Long> priced = new HashSet<>();

    private volatile @Nullable Host host;
    private @Nullable SearchRoad search;
    private @Nullable RulesWatch rules;
    private List<Pin> pinned = List.of();
    private long lastGapId;
    private int evictions;
    private int secondEvictions;
    private int secondRefusals;
    /** Which connect was the last one beside a live connection, and when. */
    private int secondAsked;

    private Instant secondAskedAt = Instant.EPOCH;
    private @Nullable Instant frontier;
    private Instant frontierKeptAt = Instant.MIN;
    private Instant statusNotedAt = Instant.MIN;
    private Instant idsForgottenAt = Instant.MIN;
    private Instant parkedUntil = Instant.MIN;
    /** The gap of the outage that lasts, if one does. */
    private @Nullable Long outageGap;

    /** A connection whose backlog has not been drained yet, and what that is to bring. */
    private record Drain(Instant connectedAt, OptionalInt minutes, List<Claim> claims) {}

    /** A part of a gap that counts as being backfilled. */
    private record Claim(long gapId, Step step) {}

    /** A chunk being fetched, and the gap it belongs to. */
    private record ActiveJob(long gapId, Step step, JobFetch fetch) {}

    /** An ending that the other connection may cover: known once that has given a signal after {@code until}. */
    private record Cover(Gap gap, int by) {}

    GapKeeper(
            RecoverySettings settings,
            StateStore store,
            XClock x,
            Entitlement entitlement,
            StateWriter writer,
            Money money,
            Supplier<Health> health) {
        this.settings = settings;
        this.store = store;
        this.x = x;
        this.entitlement = entitlement;
        this.writer = writer;
        this.money = money;
        this.health = health;
    }

    // ---- start -----------------------------------------------------------------------------------------------------

    @Override
    public void begin(Host stream) {
        host = stream;
        writer.tellTo(event -> stream.tell(() -> stream.event(event)));
        ByHand byHand = new ByHand(stream, store, writer, this);
        writer.serveBy(found -> stream.tell(() -> found.forEach(byHand::serve)));
        search = new SearchRoad(stream, x, settings.fields().query(), money);
        StateStore.Remembered remembered = store.remembered();
        rules = new RulesWatch(stream, x, remembered.notes().get(RulesWatch.NOTE), writer::remember);
        lastGapId = remembered.lastGapId();
        for (Gap gap : remembered.gaps()) {
            open.put(gap.id(), gap.withoutRunning(step -> true));
            if (gap.cause().equals(BY_HAND)) money.allow(gap.id());
            // The crash may have come before the look.
            rules().lookFor(gap.id(), changed -> doubt(gap.id(), changed));
        }
        Instant now = x.instant();
        remembered.frontier().ifPresentOrElse(known -> restart(known, now), this::firstStart);
        rememberIds(now);
        pin();
    }

    /** A restart is an outage like any other; what had come and was not acknowledged is asked for again. */
    private void restart(Change.Frontier known, Instant now) {
        frontier = known.at();
        Instant from = Span.earlier(known.at(), known.oldestUnacknowledged()).minus(settings.overlap());
        Optional<Gap> lasting = open.values().stream()
                .filter(gap -> gap.reconnectedAt().isEmpty())
                .findFirst();
        if (lasting.isEmpty()) {
            openGap(from, known.at(), RESTART, now, false);
            return;
        }
        Gap gap = lasting.get();
        outageGap = gap.id();
        keep(gap.spanning(
                new Span(Span.earlier(gap.span().from(), from), gap.span().until())));
    }

    private void firstStart() {
        settings.since().ifPresent(since -> openGap(since, since, SINCE, x.instant(), false));
    }

    /** Ids of what may come again: from what is open in the gaps, and from the last hour. */
    private void rememberIds(Instant now) {
        // Before X's first answer our clock may be wrong either way; the frontier was told by X.
        Instant known = frontier == null ? now : frontier;
        Span lately = new Span(
                Span.earlier(now, known).minus(SEEN_WINDOW),
                Span.later(now, known).plus(CLOCK_ERROR_MAX));
        List<Span> spans = new ArrayList<>(List.of(lately));
        for (Gap gap : open.values()) {
            for (Span part : unfinished(gap)) spans.addAll(part.minus(List.of(lately)));
        }
        host().pin(spans.stream()
                .map(span -> new Pin(span.from(), span.until()))
                .toList());
        for (Span span : spans) store.ids(span, host()::remember);
    }

    // ---- what the stream tells -------------------------------------------------------------------------------------

    @Override
    public OptionalInt backfillMinutes(int connection) {
        Instant now = x.instant();
        OptionalInt minutes = outageGap == null ? OptionalInt.empty() : minutesToAskFor(now);
        if (!host().live().isEmpty()) {
            secondAsked = connection;
            secondAskedAt = now;
        }
        asked.put(connection, minutes);
        return minutes;
    }

    private OptionalInt minutesToAskFor(Instant now) {
        List<Span> uncovered =
                backfillable().flatMap(gap -> gap.uncovered().stream()).toList();
        return RecoveryPlanner.backfillMinutes(uncovered, settings.overlap(), entitlement.abilities(now), now);
    }

    /** What X has cut us off from for reading too slowly, it has dropped. */
    private Stream<Gap> backfillable() {
        return open.values().stream().filter(gap -> !gap.slowReader());
    }

    @Override
    public boolean isOtherwise(int connection, Disconnection.Refused how) {
        if (!host().live().isEmpty()) return isSecondGivenUp(how);
        boolean named = how.status() == 400 && how.problem().names("backfill_minutes");
        if (asked(connection).isEmpty() || !(named || how.status() == 403)) return false;
        refuse(how.describe());
        return true;
    }

    /** Beside a live connection no refusal is fatal. The slot may be a zombie's; refused again, it is not ours. */
    private boolean isSecondGivenUp(Disconnection.Refused how) {
        boolean forGood = how.status() == 400 || how.status() == 403;
        boolean taken = how.problem().is("TooManyConnections");
        if (!forGood && !(taken && ++secondRefusals >= SECOND_REFUSALS_MAX)) return false;
        refuseSecond(how.describe());
        return true;
    }

    private void refuseSecond(String why) {
        secondRefusals = 0;
        entitlement.secondRefused(x.instant());
        tell(new RecoveryEvent.SecondConnectionRefused(host().time().instant(), why));
    }

    @Override
    public boolean wantsSecond(int connection) {
        return entitlement.allowsSecond(x.instant());
    }

    /** What the connect has asked for, which is not what we would ask for now. */
    private OptionalInt asked(int connection) {
        return asked.getOrDefault(connection, OptionalInt.empty());
    }

    @Override
    public void connected(int connection, Head head) {
        Instant now = learnTime(head);
        connectedAt.put(connection, now);
        OptionalInt minutes = asked(connection);
        if (minutes.isPresent()) entitlement.backfillAccepted();
        Long id = outageGap;
        outageGap = null;
        Gap gap = id == null ? null : open.get(id);
        if (gap != null) keep(gap.reconnected(now, spanFrom(gap.span().from(), now)));
        if (gap != null && now.isAfter(gap.lastSignalAt().plus(RULES_UNSEEN_FOR))) {
            rules().lookFor(gap.id(), changed -> doubt(gap.id(), changed));
        }
        drains.put(
                connection, new Drain(now, minutes, minutes.isPresent() ? claims(minutes.getAsInt(), now) : List.of()));
        if (gap == null) return;
        frontier = now;
        keepFrontier(now);
        tellPlan(gap.id(), now);
    }

    /** It cannot become complete any more, whatever comes back. */
    private void doubt(long gapId, String why) {
        Gap gap = open.get(gapId);
        if (gap != null) keep(gap.because(why));
    }

    /** As far as a gap is known to reach; never empty, even if our clock is behind X's, which the next answer will tell. */
    private Span spanFrom(Instant from, Instant now) {
        return new Span(from, Span.later(now, from.plusSeconds(1)).plus(settings.overlap()));
    }

    private Instant learnTime(Head head) {
        if (head.date().isPresent() && x.learn(head.date().get())) {
            writer.remember(new Change.Noted(RecoverySettings.SKEW, x.skew().toString()));
            tell(new RecoveryEvent.SkewLearned(host().time().instant(), x.skew()));
        }
        return x.instant();
    }

    /** What the connect has asked for counts as being fetched until the backlog is drained. */
    private List<Claim> claims(int minutes, Instant now) {
        Instant from = now.minus(Duration.ofMinutes(minutes)).plus(RecoveryPlanner.BACKFILL_MARGIN);
        Span reached = new Span(from, now.plus(settings.overlap()));
        List<Claim> claims = new ArrayList<>();
        for (Gap gap : backfillable().toList()) {
            Gap claimed = gap;
            for (Span part : gap.uncovered()) {
                Optional<Span> common = part.common(reached);
                if (common.isEmpty()) continue;
                Step step = new Step(Road.BACKFILL, common.get(), now);
                claims.add(new Claim(gap.id(), step));
                claimed = claimed.with(StepRun.of(step).with(StepRun.State.RUNNING, minutes + " minutes asked for"));
            }
            if (claimed != gap) keep(claimed);
        }
        return List.copyOf(claims);
    }

    private void tellPlan(long gapId, Instant now) {
        Gap gap = open.get(gapId);
        if (gap == null) return;
        RecoveryPlan rest = RecoveryPlanner.plan(gap.uncovered(), entitlement.abilities(now), now);
        List<Step> steps = new ArrayList<>();
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.RUNNING) steps.add(run.step());
        }
        steps.addAll(rest.steps());
        tell(new RecoveryEvent.GapPlanned(host().time().instant(), gap, new RecoveryPlan(steps, rest.lost())));
    }

    @Override
    public void ended(int connection, Disconnection how, Instant lastSignalAt, boolean afterPause) {
        Instant now = x.instant();
        Instant lastSignal = x.of(lastSignalAt);
        giveUp(drains.remove(connection));
        noticeEviction(now);
        noticeEvictionBySecond(connection, now);
        Optional<LiveConnection> other = host().live().stream()
                .filter(live -> live.connection() != connection)
                .findFirst();
        uncover(connection, lastSignal, other.isEmpty());
        if (other.isPresent()) {
            cover(other.get().connection(), lastSignal, how, now, afterPause);
            return;
        }
        if (how instanceof Disconnection.ClosedByUs) {
            // The next start opens the gap, from the frontier as it is now.
            frontier = frontier == null ? lastSignal : Span.later(frontier, lastSignal);
            keepFrontier(now);
            return;
        }
        if (outageGap == null)
            openGap(lastSignal.minus(settings.overlap()), lastSignal, how.describe(), now, afterPause);
    }

    /** The other connection covers it, from when that was up on. */
    private void cover(int by, Instant lastSignal, Disconnection how, Instant now, boolean afterPause) {
        Instant from = lastSignal.minus(settings.overlap());
        Instant since = connectedAt.getOrDefault(by, now);
        if (since.isAfter(lastSignal)) {
            Span both = new Span(from, since.plus(settings.overlap()));
            add(newGap(both, lastSignal, how.describe(), now, afterPause).reconnected(since, both));
            return;
        }
        Span span = new Span(from, now.plus(settings.overlap()));
        covers.add(new Cover(newGap(span, lastSignal, how.describe(), now, afterPause), by));
    }

    /** Where X allows one connection only, a second one may end the first. Once may be chance. */
    private void noticeEvictionBySecond(int ended, Instant now) {
        if (ended == secondAsked || now.isAfter(secondAskedAt.plus(EVICTED_WITHIN))) return;
        if (++secondEvictions < EVICTIONS_MAX) return;
        secondEvictions = 0;
        refuseSecond("a second connection ends the first one");
    }

    /** Where X allows one connection only, a job may cost us live. Once may be chance. */
    private void noticeEviction(Instant now) {
        if (jobs.stream().noneMatch(job -> job.fetch().wasAskedWithin(EVICTED_WITHIN, now))) return;
        if (++evictions < EVICTIONS_MAX) return;
        evictions = 0;
        refuse("live ended within %d s of a job of ours, twice".formatted(EVICTED_WITHIN.toSeconds()));
        jobs.forEach(job -> job.fetch().refuse("it may cost us live"));
    }

    /** The connection has died before its backlog was drained: it closes nothing. */
    private void giveUp(@Nullable Drain undrained) {
        if (undrained == null) return;
        for (Claim claim : undrained.claims()) {
            Gap gap = open.get(claim.gapId());
            if (gap != null) keep(gap.withoutRunning(claim.step()::equals));
        }
    }

    /** What this connection was to cover for another one, it covers only up to its own last signal. */
    private void uncover(int connection, Instant lastSignal, boolean outage) {
        for (Cover cover : List.copyOf(covers)) {
            if (cover.by() != connection
                    || lastSignal.isAfter(cover.gap().span().until())) continue;
            covers.remove(cover);
            // The gap of an outage begins as early, and reaches further.
            if (outage) continue;
            Instant from = Span.later(cover.gap().span().from(), lastSignal.minus(settings.overlap()));
            Span.between(from, cover.gap().span().until()).ifPresent(span -> {
                Gap gap = newGap(
                        span, lastSignal, cover.gap().cause(), cover.gap().detectedAt(), false);
                add(gap.reconnected(span.until(), span));
            });
        }
    }

    @Override
    public void lost(Instant oldest) {
        Instant now = x.instant();
        Span span = spanFrom(oldest.minus(settings.overlap()), now);
        Gap gap = newGap(span, oldest, SPILL_LOST, now, false).reconnected(now, span);
        add(gap);
        tellPlan(gap.id(), now);
    }

    private void openGap(Instant from, Instant lastSignal, String cause, Instant now, boolean afterPause) {
        Gap gap = newGap(spanFrom(from, now), lastSignal, cause, now, afterPause);
        outageGap = gap.id();
        add(gap);
    }

    private Gap newGap(Span span, Instant lastSignal, String cause, Instant now, boolean afterPause) {
        return new Gap(
                ++lastGapId,
                span,
                cause,
                lastSignal,
                now,
                Optional.empty(),
                afterPause,
                List.of(),
                List.of(),
                Verdict.OPEN,
                "",
                Optional.empty());
    }

    private void add(Gap gap) {
        for (Gap older : List.copyOf(open.values())) {
            Instant from = gap.span().from();
            // What both may miss belongs to the younger one.
            if (older.span().contains(from) && older.span().from().isBefore(from)) {
                keep(older.spanning(new Span(older.span().from(), from)));
            }
        }
        keep(gap);
        tell(new RecoveryEvent.GapOpened(host().time().instant(), gap));
        pin();
    }

    // ---- steps -----------------------------------------------------------------------------------------------------

    @Override
    public long step(long nowNanos) {
        Instant now = x.instant();
        watchDrains(now);
        watchCovers(now);
        stepJobs(now);
        stepSearch(now);
        if (!host().live().isEmpty()) rules().step(now);
        begin(now);
        closeGaps(now);
        pin();
        moveFrontier(now);
        noteStatus(now);
        boolean idle = open.isEmpty() && covers.isEmpty() && drains.isEmpty();
        if (idle) return FRONTIER_EVERY.toNanos();
        return search().isBusy() ? BUSY_NANOS : TICK_NANOS;
    }

    /**
     * A backfill is drained when, an overlap after the connect, a keep-alive or a post created after the connect has
     * come on the same connection, and all that it brought is acknowledged.
     */
    private void watchDrains(Instant now) {
        for (LiveConnection live : host().live()) {
            Drain drain = drains.get(live.connection());
            if (drain == null) continue;
            Instant settledAt = drain.connectedAt().plus(settings.overlap());
            if (x.of(live.lastSignalAt()).isBefore(settledAt)) continue;
            boolean keptAlive = !live.lastKeepAliveAt().equals(Instant.MIN)
                    && !x.of(live.lastKeepAliveAt()).isBefore(settledAt);
            boolean newPost = live.newestPostAt().isAfter(drain.connectedAt());
            if (!keptAlive && !newPost || !live.backfilled().isSettled()) continue;
            drains.remove(live.connection());
            if (drain.minutes().isPresent()) drained(live, drain, now);
        }
    }

    private void drained(LiveConnection live, Drain drain, Instant now) {
        if (live.oldestPostAt().isBefore(drain.connectedAt().minus(SURELY_BACKFILLED))) entitlement.backfillSeen();
        long fresh = live.backfilled().acknowledged();
        long duplicates = live.backfilled().duplicates();
        StepRun.State verdict = verdictOfBackfill(fresh + duplicates);
        for (Claim claim : drain.claims()) {
            Gap gap = open.get(claim.gapId());
            if (gap == null) continue;
            for (StepRun run : gap.steps()) {
                if (!run.step().equals(claim.step())) continue;
                end(gap, run.withPass(fresh, duplicates).with(verdict, run.note()), now);
                // Which post belongs to which gap is not told apart.
                fresh = 0;
                duplicates = 0;
            }
        }
    }

    private StepRun.State verdictOfBackfill(long posts) {
        if (posts > 0) return entitlement.provesByBackfill() ? StepRun.State.DONE : StepRun.State.FAILED;
        // A quiet rule and a parameter that is ignored look alike, unless X has shown that it backfills.
        return entitlement.provesByBackfill()
                        || !entitlement.abilities(x.instant()).jobs()
                ? StepRun.State.DONE_UNPROVEN
                : StepRun.State.FAILED;
    }

    private void watchCovers(Instant now) {
        for (LiveConnection live : host().live()) {
            for (Cover cover : List.copyOf(covers)) {
                if (cover.by() != live.connection()) continue;
                if (!x.of(live.lastSignalAt()).isAfter(cover.gap().span().until())) continue;
                covers.remove(cover);
                secondEvictions = 0;
                secondRefusals = 0;
                Gap gap = cover.gap().closed(Verdict.COVERED, "", now);
                writer.remember(new Change.GapKept(gap));
                tell(new RecoveryEvent.GapClosed(host().time().instant(), gap));
            }
        }
    }

    private void stepJobs(Instant now) {
        for (ActiveJob job : List.copyOf(jobs)) {
            job.fetch().step(now);
            if (job.fetch().state() != JobFetch.State.GOING_ON) ended(job, now);
        }
    }

    private void ended(ActiveJob job, Instant now) {
        jobs.remove(job);
        jobSlots.onComplete();
        Gap gap = open.get(job.gapId());
        if (gap == null) return;
        JobFetch fetch = job.fetch();
        switch (fetch.state()) {
            case DONE -> {
                evictions = 0;
                for (LostSpan part : fetch.lost()) gap = gap.withLost(part);
                end(gap, fetch.run(job.step(), StepRun.State.DONE), now);
            }
            case DONE_UNPROVEN -> end(gap, fetch.run(job.step(), StepRun.State.DONE_UNPROVEN), now);
            case GIVEN_UP -> {
                StepRun run = fetch.run(job.step(), StepRun.State.DONE);
                end(gap.withLost(new LostSpan(job.step().span(), run.note())), run, now);
            }
            case RECUT -> keep(gap.withoutRunning(job.step()::equals));
            case REFUSED -> {
                StepRun run = fetch.run(job.step(), StepRun.State.FAILED);
                end(gap, run, now);
                refuse(run.note());
            }
            case GOING_ON -> throw new AssertionError("it has ended");
        }
    }

    private void stepSearch(Instant now) {
        SearchRoad.Ended slice = search().ended();
        if (slice == null) return;
        Gap gap = open.get(slice.gapId());
        if (gap == null) return;
        gap = gap.withoutRunning(slice.slice()::equals);
        Span span = slice.slice().span();
        SearchOutcome outcome = slice.outcome();
        switch (outcome.end()) {
            case WHOLE -> {
                for (String loss : outcome.losses()) gap = gap.withLost(new LostSpan(span, loss));
                if (!slice.rulesLosses().isEmpty()) gap = gap.withLost(new LostSpan(span, slice.rulesLosses()));
                end(gap, slice.run(), now);
            }
            case TOO_MANY -> keep(gap);
            case WINDOW_PASSED -> fail(gap, slice, RecoveryPlanner.WINDOW_PASSED, now);
            case COST -> {
                end(gap, slice.run().with(StepRun.State.FAILED, "the money guard allows no more posts"), now);
                price(gap.id(), now);
            }
            case PARKED -> {
                parkedUntil = now.plus(Duration.ofMinutes(15));
                keep(gap);
            }
            case REFUSED, CANCELLED -> fail(gap, slice, "search was refused: " + outcome.detail(), now);
        }
    }

    private void fail(Gap gap, SearchRoad.Ended slice, String why, Instant now) {
        LostSpan lost = new LostSpan(slice.slice().span(), why);
        end(gap.withLost(lost), slice.run().with(StepRun.State.FAILED, why), now);
    }

    /** The rest of the gap is too dear; what it would cost is counted, and it can be regained by hand. */
    private void price(long gapId, Instant now) {
        priced.add(gapId);
        List<Span> rest = open.values().stream()
                .filter(gap -> gap.id() == gapId)
                .flatMap(gap -> gap.uncovered().stream())
                .toList();
        search().quote(RecoveryPlanner.plan(rest, entitlement.abilities(now), now))
                .whenComplete((quote, failed) -> host().tell(() -> {
                    priced.remove(gapId);
                    tooDear(gapId, failed == null ? quote.price() : "its price is not known");
                }));
    }

    private void tooDear(long gapId, String price) {
        Gap gap = open.get(gapId);
        if (gap == null) return;
        for (Span part : gap.uncovered()) {
            gap = gap.withLost(
                    new LostSpan(part, "cost: more than %d posts, %s".formatted(settings.postsMax(), price)));
        }
        keep(gap);
    }

    /** Begins what may begin, oldest first: two jobs at a time, and one slice of search. */
    private void begin(Instant now) {
        Abilities abilities = entitlement.abilities(now);
        // A step that would make us forget what we have seen waits until another one is done.
        if (!host().hasRoomForIds()) return;
        for (Gap gap : List.copyOf(open.values())) {
            if (gap.reconnectedAt().isEmpty() || priced.contains(gap.id())) continue;
            RecoveryPlan plan = RecoveryPlanner.plan(gap.uncovered(), abilities, now);
            for (LostSpan part : plan.lost())
                keep(open.getOrDefault(gap.id(), gap).withLost(part));
            for (Step step : plan.steps()) {
                if (!step.notBefore().isAfter(now)) begin(gap.id(), step, now);
                else if (step.road() != Road.RECOVERY_JOB) beginSearch(gap.id(), step, now);
            }
        }
    }

    private void begin(long gapId, Step step, Instant now) {
        if (step.road() != Road.RECOVERY_JOB) {
            beginSearch(gapId, step, now);
        } else if (jobSlots.tryAcquirePermission()) {
            JobFetch fetch = new JobFetch(host(), x, step.span(), settings.overlap());
            jobs.add(new ActiveJob(gapId, step, fetch));
            keepRunning(gapId, step);
            fetch.step(now);
        }
    }

    /** A step that is too fresh as a whole may still have a first slice that is not. */
    private void beginSearch(long gapId, Step step, Instant now) {
        if (now.isBefore(parkedUntil) || !search().begin(gapId, step, now)) return;
        Step slice = search().slice();
        if (slice != null) keepRunning(gapId, slice);
    }

    private void keepRunning(long gapId, Step step) {
        Gap gap = open.get(gapId);
        if (gap != null) keep(gap.with(StepRun.of(step).with(StepRun.State.RUNNING, "")));
    }

    private void end(Gap gap, StepRun run, Instant now) {
        keep(gap.with(run));
        tell(new RecoveryEvent.StepEnded(host().time().instant(), gap.id(), run));
    }

    private void refuse(String why) {
        if (!entitlement.refused(x.instant())) return;
        tell(new RecoveryEvent.RoadRefused(host().time().instant(), why));
    }

    // ---- by hand ---------------------------------------------------------------------------------------------------

    /** Has something done on the stream's thread, once that has begun. */
    <T> CompletableFuture<T> onStream(Supplier<T> what) {
        CompletableFuture<T> done = new CompletableFuture<>();
        Host stream = host;
        if (stream == null) {
            done.completeExceptionally(new IllegalStateException("The stream has not been started."));
        } else {
            stream.tell(() -> done.complete(what.get()));
        }
        return done;
    }

    /** Regains a span because a person asks for it; what it may cost is the person's decision. */
    Gap openByHand(Span span) {
        Instant now = x.instant();
        Gap gap = newGap(span, span.from(), BY_HAND, now, false).reconnected(now, span);
        money.allow(gap.id());
        add(gap);
        store.ids(span, host()::remember);
        tellPlan(gap.id(), now);
        return gap;
    }

    /** What that would take. */
    CompletableFuture<RecoveryQuote> quote(Span span) {
        Instant now = x.instant();
        return search().quote(RecoveryPlanner.plan(List.of(span), entitlement.abilities(now), now));
    }

    // ---- verdicts --------------------------------------------------------------------------------------------------

    private void closeGaps(Instant now) {
        for (Gap gap : List.copyOf(open.values())) {
            if (rules().isAwaited(gap.id())) continue;
            boolean busy = gap.steps().stream().anyMatch(run -> run.state() == StepRun.State.RUNNING);
            if (gap.reconnectedAt().isEmpty() || busy || !gap.uncovered().isEmpty()) continue;
            // Until then a post of the gap's end may still come.
            if (now.isBefore(gap.span().until())) continue;
            Gap judged = judged(gap, now);
            open.remove(gap.id());
            writer.remember(new Change.GapKept(judged));
            tell(new RecoveryEvent.GapClosed(host().time().instant(), judged));
        }
    }

    private static Gap judged(Gap gap, Instant now) {
        Stream<String> doubts = Stream.of(gap.reason()).filter(why -> !why.isEmpty());
        String reason = Stream.concat(doubts, gap.lost().stream().map(LostSpan::reason))
                .distinct()
                .collect(Collectors.joining("; "));
        boolean unproven = gap.steps().stream().anyMatch(run -> run.state() == StepRun.State.DONE_UNPROVEN);
        boolean brought = gap.steps().stream().anyMatch(run -> run.state() != StepRun.State.FAILED);
        if (reason.isEmpty()) return gap.closed(unproven ? Verdict.COMPLETE_UNPROVEN : Verdict.COMPLETE, "", now);
        return gap.closed(brought ? Verdict.PARTIAL : Verdict.UNRECOVERABLE, reason, now);
    }

    // ---- the frontier ----------------------------------------------------------------------------------------------

    private void moveFrontier(Instant now) {
        for (LiveConnection live : host().live()) {
            Instant signal = x.of(live.lastSignalAt());
            frontier = frontier == null ? signal : Span.later(frontier, signal);
        }
        if (frontier != null
                && !now.isBefore(frontierKeptAt.equals(Instant.MIN) ? now : frontierKeptAt.plus(FRONTIER_EVERY))) {
            keepFrontier(now);
        }
    }

    private void keepFrontier(Instant now) {
        Instant at = frontier;
        if (at == null) return;
        frontierKeptAt = now;
        writer.remember(new Change.Frontier(at, host().oldestUnacknowledged(at)));
        if (idsForgottenAt.equals(Instant.MIN) || !now.isBefore(idsForgottenAt.plus(SEEN_WINDOW))) forgetIds(now);
    }

    /** Also while no connection is up, when the frontier stands still. */
    private void noteStatus(Instant now) {
        if (now.isBefore(statusNotedAt.equals(Instant.MIN) ? now : statusNotedAt.plus(FRONTIER_EVERY))) return;
        statusNotedAt = now;
        writer.remember(StatusNote.of(health.get(), host().time().instant()));
    }

    private void forgetIds(Instant now) {
        idsForgottenAt = now;
        Instant oldest = now.minus(IDS_KEPT);
        for (Gap gap : open.values())
            oldest = Span.earlier(oldest, gap.span().from().minus(EDGE));
        writer.remember(new Change.IdsForgotten(Snowflake.firstId(oldest)));
    }

    /** Ids of what is being fetched, or will be; those of a part that is done are needed no longer. */
    private void pin() {
        List<Pin> pins = new ArrayList<>();
        for (Gap gap : open.values()) {
            for (Span part : unfinished(gap)) pins.add(new Pin(part.from(), part.until()));
        }
        if (pins.equals(pinned)) return;
        pinned = List.copyOf(pins);
        host().pin(pinned);
    }

    /** With the seconds at the edges, which jobs and searches ask for as a whole. */
    private static List<Span> unfinished(Gap gap) {
        List<Span> unfinished = new ArrayList<>();
        for (Span part : gap.uncovered()) {
            unfinished.add(new Span(part.from().minus(EDGE), part.until().plus(EDGE)));
        }
        for (StepRun run : gap.steps()) {
            if (run.state() == StepRun.State.RUNNING) unfinished.add(run.step().span());
        }
        return unfinished;
    }

    private void keep(Gap gap) {
        open.put(gap.id(), gap);
        writer.remember(new Change.GapKept(gap));
    }

    private void tell(StreamEvent.OfRecovery event) {
        host().event(event);
    }

    private Host host() {
        if (host == null) throw new IllegalStateException("the stream has not begun");
        return host;
    }

    private RulesWatch rules() {
        if (rules == null) throw new IllegalStateException("the stream has not begun");
        return rules;
    }

    private SearchRoad search() {
        if (search == null) throw new IllegalStateException("the stream has not begun");
        return search;
    }
}
