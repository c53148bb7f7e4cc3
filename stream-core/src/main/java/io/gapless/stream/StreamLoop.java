package io.gapless.stream;

import io.gapless.stream.api.XApi;
import io.gapless.stream.event.Disconnection;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamException;
import io.gapless.stream.pace.ConnectBudget;
import io.gapless.stream.pace.Traffic;
import io.gapless.stream.post.Origin;
import io.gapless.stream.rules.Rule;
import io.gapless.stream.rules.RulePlan;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Transport;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import io.gapless.stream.spi.Pin;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Recovery;
import io.gapless.stream.spi.Source;
import io.gapless.stream.spi.UnreadLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the stream on a thread of its own, which owns the lanes, the connect budget, the outage clock and the stream's
 * state. The thread never blocks. Other threads send tasks to it through its mailbox, and read the snapshots that it
 * publishes.
 *
 * <pre>
 *  NEW ──start──▶ SYNCING_RULES ──(rules were tried, or not given)──▶ RUNNING ──close──▶ ENDED
 *                      └────(X refuses for good, or a thread dies)──▶ ENDED ◀┘
 * </pre>
 */
final class StreamLoop implements Work, Lane.Owner, RulesWatch.Owner, Recovery.Host {
    private enum Phase {
        NEW,
        STANDING_BY,
        SYNCING_RULES,
        RUNNING,
        ENDED
    }

    private static final Duration JUMP_MIN = Duration.ofSeconds(2);
    /**
     * The longest wait between two steps: each step compares the clocks, so a suspended machine is noticed within this
     * time.
     */
    private static final long CLOCKS_EVERY_NANOS = Duration.ofSeconds(30).toNanos();

    private final StreamSettings settings;
    private final Time time;
    private final XApi api;
    /** Empty if the builder was given no rules. In that case, the rules on X stay as they are. */
    private final Optional<RulesSync> rules;

    private final RulesWatch rulesWatch;

    private final Recovery recovery;
    private final SeenPosts seen;
    private final EventDesk events;
    private final Inbox inbox;
    private final Traffic traffic;
    private final ConnectionContext around;
    private final ConnectBudget budget;
    private final OutageClock outages = new OutageClock();
    private final List<Lane> lanes;
    private final List<JobRun> jobs = new ArrayList<>();
    private final List<StreamEvent> unsaid = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> mailbox = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    /** Written once, by the thread that starts the stream. */
    private volatile @Nullable Worker worker;

    // The next fields are owned by the stream's thread.
    private Phase phase = Phase.NEW;
    /** The lane that was up last. */
    private Lane leader;

    private long startedNanos;
    private long quietToldForNanos = Traffic.NEVER;
    private long steppedNanos;
    private Instant steppedAt;
    private Health.State state = Health.State.NEW;
    private Instant stateSince;

    // The next fields are written by the stream's thread, and read by any thread.
    private volatile Snapshot snapshot;
    private volatile @Nullable StreamException failure;
    /** When the stream's thread itself died; null if it has not died. */
    private volatile @Nullable Instant diedAt;

    /**
     * The error of which another thread of the stream has died; null if no other thread has died. Written by that
     * thread, read by the stream's thread.
     */
    private volatile @Nullable Throwable deadly;

    private final StreamException defect = GivingUp.defect();

    /** Holds what the stream's thread publishes for other threads. */
    record Snapshot(
            Health.State state,
            Instant since,
            Optional<Disconnection> lastEnding,
            Optional<Instant> nextTryAt,
            int live,
            int connectsLeft,
            Recovery.Account gaps) {
        Snapshot failed(Instant at) {
            return new Snapshot(Health.State.FAILED, at, lastEnding, Optional.empty(), 0, connectsLeft, gaps);
        }
    }

    StreamLoop(
            StreamSettings settings,
            Time time,
            Transport transport,
            RandomGenerator chance,
            XApi api,
            Recovery recovery,
            SeenPosts seen,
            EventDesk events,
            Inbox inbox,
            Traffic traffic,
            Runnable wakeHandler) {
        this.settings = settings;
        this.time = time;
        this.api = api;
        this.rules = settings.rules()
                .map(wanted -> new RulesSync(
                        api,
                        wanted,
                        time,
                        this::execute,
                        this::say,
                        this::rulesSynced,
                        this::rulesReplaced,
                        this::giveUp));
        this.rulesWatch = new RulesWatch(api, settings.rules(), settings.rulesCheckEvery(), time, this::execute, this);
        this.recovery = recovery;
        this.seen = seen;
        this.events = events;
        this.inbox = inbox;
        this.traffic = traffic;
        this.around = new ConnectionContext(
                settings, time, transport, api, inbox, traffic, wakeHandler, events, this::execute);
        this.budget = new ConnectBudget(settings.connectBudget(), recovery::charged);
        this.lanes = IntStream.rangeClosed(1, settings.connections())
                .mapToObj(number -> new Lane(number, time, chance, budget, this::say, this))
                .toList();
        this.leader = lanes.get(0);
        this.steppedAt = time.instant();
        this.stateSince = steppedAt;
        this.snapshot = snapshotAt(time.nanoTime());
    }

    void start() {
        startedNanos = time.nanoTime();
        steppedNanos = startedNanos;
        steppedAt = time.instant();
        say(new StreamEvent.Started(steppedAt));
        if (recovery.standsBy(this)) phase = Phase.STANDING_BY;
        else run();
        Worker started = time.start("gapless-stream", this, this::ownDeath);
        worker = started;
        // Tasks that arrived before the worker was stored could not wake the worker, so wake it now.
        started.wake();
    }

    private void run() {
        recovery.begin(this);
        api.accepted().recall(recovery.acceptedBefore(), note -> execute(() -> recovery.accepted(note)));
        phase = rules.isPresent() ? Phase.SYNCING_RULES : Phase.RUNNING;
        rules.ifPresent(RulesSync::request);
        lanes.forEach(Lane::connectAtOnce);
    }

    @Override
    public void begin() {
        if (phase == Phase.STANDING_BY) run();
    }

    @Override
    public void execute(Runnable task) {
        mailbox.add(task);
        Worker running = worker;
        if (running != null) running.wake();
    }

    @Override
    public long step(long nowNanos) {
        Throwable cause = deadly;
        if (cause != null) {
            giveUp(GivingUp.because(cause, defect));
            return UNTIL_WOKEN;
        }
        noticeJump(nowNanos);
        for (Runnable mail = mailbox.poll(); mail != null; mail = mailbox.poll()) mail.run();
        if (phase == Phase.SYNCING_RULES && rules.filter(RulesSync::hasTried).isPresent()) phase = Phase.RUNNING;
        long nextNanos = UNTIL_WOKEN;
        switch (phase) {
            case NEW, ENDED -> {}
            case STANDING_BY -> nextNanos = stepStandby(nowNanos);
            case SYNCING_RULES -> nextNanos = stepRules(nowNanos);
            case RUNNING -> nextNanos = stepAll(nowNanos);
        }
        publish(nowNanos);
        return Math.min(nextNanos, CLOCKS_EVERY_NANOS);
    }

    /**
     * Runs the steps that are due. The recovery runs after the lanes, so that it has received their reports. The
     * recovery jobs run after the recovery, so that a job that it has just opened is watched at once.
     */
    private long stepAll(long nowNanos) {
        if (!recovery.mayPause()) lanes.forEach(Lane::closePaused);
        long nextNanos = Math.min(stepRules(nowNanos), stepQuiet(nowNanos));
        nextNanos = Math.min(nextNanos, stepLanes(nowNanos));
        inbox.takeLoss().ifPresent(this::lost);
        nextNanos = Math.min(nextNanos, recovery.step(nowNanos));
        nextNanos = Math.min(nextNanos, stepRulesWatch(nowNanos));
        return Math.min(nextNanos, stepJobs(nowNanos));
    }

    private long stepStandby(long nowNanos) {
        if (!recovery.connectsWhileStandingBy()) return UNTIL_WOKEN;
        inbox.takeLoss().ifPresent(this::lost);
        return stepLanes(nowNanos);
    }

    private void lost(Spilled.Loss loss) {
        say(new StreamEvent.SpillLost(time.instant(), loss.posts(), loss.oldest(), loss.cause()));
        recovery.lost(loss.oldest());
    }

    private long stepLanes(long nowNanos) {
        long nextNanos = UNTIL_WOKEN;
        for (Lane lane : lanes) nextNanos = Math.min(nextNanos, lane.step(nowNanos));
        return nextNanos;
    }

    private long stepJobs(long nowNanos) {
        long nextNanos = UNTIL_WOKEN;
        for (JobRun job : List.copyOf(jobs)) nextNanos = Math.min(nextNanos, job.step(nowNanos));
        jobs.removeIf(JobRun::isOver);
        return nextNanos;
    }

    /**
     * Detects that the machine was suspended or its clock was set: between two steps, the wall clock and the
     * monotonic clock then differ. If the wall clock is ahead, the difference counts as a time in which the machine
     * was suspended.
     */
    private void noticeJump(long nowNanos) {
        Instant now = time.instant();
        Duration ahead = Duration.between(steppedAt, now).minusNanos(nowNanos - steppedNanos);
        steppedAt = now;
        steppedNanos = nowNanos;
        if (ahead.abs().compareTo(JUMP_MIN) <= 0) return;
        say(new StreamEvent.ClockJumped(now, ahead));
        // A longer jump ahead ends the connections, and the next answer of X shows the difference of the clocks.
        if (ahead.compareTo(settings.stallTimeout()) < 0) recovery.clockSet(ahead);
        if (ahead.isNegative()) {
            outages.setBack(ahead.negated());
            return;
        }
        for (Lane lane : lanes) lane.suspended(ahead, nowNanos);
    }

    private long stepQuiet(long nowNanos) {
        if (settings.quietAfter().isEmpty() || lanes.stream().noneMatch(Lane::isUp)) return UNTIL_WOKEN;
        long lastPostNanos = traffic.lastPostNanos();
        long quietSinceNanos = lastPostNanos == Traffic.NEVER ? startedNanos : lastPostNanos;
        long restNanos = quietSinceNanos + settings.quietAfter().get().toNanos() - nowNanos;
        if (restNanos > 0) return restNanos;
        if (quietToldForNanos != quietSinceNanos) {
            quietToldForNanos = quietSinceNanos;
            Instant now = time.instant();
            say(new StreamEvent.Quiet(now, now.minusNanos(nowNanos - quietSinceNanos)));
        }
        return settings.quietAfter().get().toNanos();
    }

    // ---- rules -----------------------------------------------------------------------------------------------------

    @Override
    public boolean rulesAreSettled() {
        return rules.isEmpty() || rules.get().isSettled();
    }

    @Override
    public void rulesListed(Recovery.Accepted answer) {
        recovery.rulesListed(answer);
    }

    @Override
    public void rulesSeen(Instant at, List<Rule> held) {
        recovery.rulesSeen(at, held);
    }

    @Override
    public Optional<Recovery.HeldRules> rulesHeldBefore() {
        return settings.rules().flatMap(recovery::rulesHeldBefore);
    }

    @Override
    public void rulesHeld(Recovery.HeldRules held) {
        settings.rules().ifPresent(wanted -> recovery.rulesHeld(held, wanted));
    }

    @Override
    public void rulesRestored(List<String> missing, Instant lastSeenAt) {
        say(new StreamEvent.RulesRestored(time.instant(), missing, lastSeenAt));
        recovery.rulesMissing(lastSeenAt);
    }

    @Override
    public void rulesEvent(StreamEvent event) {
        say(event);
    }

    @Override
    public void lookAtRules() {
        rulesWatch.lookNow();
    }

    private long stepRulesWatch(long nowNanos) {
        boolean watched = settings.endpoint().needsRules() && lanes.stream().anyMatch(Lane::isUp);
        return watched ? rulesWatch.step(nowNanos) : UNTIL_WOKEN;
    }

    private long stepRules(long nowNanos) {
        return rules.isPresent() ? rules.get().step(nowNanos) : UNTIL_WOKEN;
    }

    @Override
    public void reconcileRules(Disconnection how) {
        // The process that holds the stream looks after its rules.
        if (phase == Phase.STANDING_BY) return;
        if (rules.isPresent()) {
            rules.get().request();
        } else if (how instanceof Disconnection.Refused refused) {
            say(new StreamEvent.NoRules(time.instant(), refused.problem()));
        }
    }

    // ---- lanes -----------------------------------------------------------------------------------------------------

    @Override
    public Connection open(Lane lane, boolean tokenRefused) {
        Optional<Recovery.Backfill> backfill = recovery.backfill(lane.number());
        Map<String, String> query = query();
        backfill.ifPresent(asked -> query.put("backfill_minutes", Integer.toString(asked.minutes())));
        Source live = new Source(Origin.LIVE);
        Source backfilled = backfill.map(Recovery.Backfill::source).orElse(live);
        Connection connection = new Connection(lane.number(), around, budget, live, backfilled, lane);
        connection.open(api.stream(settings.endpoint().path(), query, tokenRefused));
        return connection;
    }

    private Map<String, String> query() {
        Map<String, String> query = new HashMap<>(settings.fields().query());
        query.putAll(settings.endpoint().parameters());
        return query;
    }

    /** Returns whether another connection is up. While this process stands by, it is that of another process. */
    @Override
    public boolean othersUp(Lane lane) {
        return phase == Phase.STANDING_BY || lanes.stream().anyMatch(other -> other != lane && other.isUp());
    }

    /**
     * Returns whether a lane may connect now. While no lane is up, only the lane that was up last may connect; at the
     * start, only the first lane. Two lanes would connect twice as often as the back-off ladder allows. While a lane is
     * up and healthy, the other lane may connect if the recovery wants a second connection. While the inbox is full, a lane
     * connects only if its reading may be paused.
     */
    @Override
    public boolean mayConnect(Lane lane) {
        if (phase == Phase.STANDING_BY) return lane == leader;
        if (inbox.isFull() && !recovery.mayPause()) return false;
        if (!othersUp(lane)) return lane == leader && lanes.stream().noneMatch(Lane::isConnecting);
        long nowNanos = time.nanoTime();
        return lanes.stream().anyMatch(other -> other != lane && other.isHealthy(nowNanos))
                && recovery.wantsSecond(lane.number());
    }

    @Override
    public long heldNanos(long nowNanos) {
        return api.windows().waitNanos("GET", settings.endpoint().path(), nowNanos);
    }

    @Override
    public void up(Lane lane, Recovery.Accepted answer) {
        recovery.connected(lane.number(), answer);
        outages.end(answer.arrivedAt()).ifPresent(outage -> say(new StreamEvent.OutageEnded(time.instant(), outage)));
    }

    @Override
    public void unreadable(Lane lane, Instant heardAt) {
        recovery.unreadable(lane.number(), heardAt);
    }

    @Override
    public void unreadable(Lane lane, UnreadLine line) {
        recovery.unreadable(lane.number(), line);
    }

    @Override
    public void down(Lane lane, Disconnection how, Instant lastSignalAt, boolean afterPause) {
        recovery.ended(lane.number(), how, lastSignalAt, afterPause);
        if (othersUp(lane) || phase == Phase.ENDED) return;
        leader = lane;
        Instant now = time.instant();
        int outageId = outages.begin(how, lastSignalAt, afterPause, now);
        say(new StreamEvent.OutageStarted(now, outageId, how, lastSignalAt));
    }

    @Override
    public void failedAfterPause(Lane lane) {
        recovery.failedAfterPause(lane.number());
    }

    @Override
    public void paused() {
        recovery.paused();
    }

    @Override
    public boolean willAskDifferently(Lane lane, Disconnection.Refused how) {
        return recovery.willAskDifferently(lane.number(), how);
    }

    @Override
    public void failed(Disconnection how) {
        recovery.givenUp();
        giveUp(GivingUp.after(how));
    }

    private void rulesSynced(RulePlan plan, List<Rule> held) {
        say(new StreamEvent.RulesSynced(time.instant(), plan));
        rulesWatch.synced(plan, held);
    }

    private void rulesReplaced(StreamEvent.RulesReplaced event) {
        say(event);
        recovery.rulesReplaced(event.from(), event.until());
    }

    @Override
    public void fail(StreamException why) {
        execute(() -> giveUp(why));
    }

    private void giveUp(StreamException why) {
        if (phase == Phase.ENDED) return;
        failure = why;
        end("the stream has given up", List.of(new StreamEvent.Failed(time.instant(), why)));
    }

    // ---- what the recovery may ask for ------------------------------------------------------------------------------

    @Override
    public Time time() {
        return time;
    }

    @Override
    public XApi api() {
        return api;
    }

    @Override
    public void event(StreamEvent.OfRecovery event) {
        say(event);
    }

    @Override
    public void died(Throwable cause) {
        if (deadly == null) deadly = cause;
        Worker running = worker;
        if (running != null) running.wake();
    }

    @Override
    public List<Recovery.LiveConnection> live() {
        List<Recovery.LiveConnection> live = new ArrayList<>(lanes.size());
        for (Lane lane : lanes) lane.connectionUp().ifPresent(connection -> live.add(connection.view()));
        return live;
    }

    @Override
    public Recovery.JobOpening openJob(Instant start, Instant end, Source source, Recovery.JobListener listener) {
        if (phase == Phase.ENDED) return new Recovery.JobOpening.Never();
        long heldNanos = heldNanos(time.nanoTime());
        if (heldNanos > 0) return new Recovery.JobOpening.Later(heldNanos);
        long waitNanos = budget.tryTake(ConnectBudget.Purpose.EXTRA, time.nanoTime());
        if (waitNanos > 0) return new Recovery.JobOpening.Later(waitNanos);
        Map<String, String> query = query();
        query.put("start_time", start.toString());
        query.put("end_time", end.toString());
        JobRun job = new JobRun(around, budget, source, listener);
        jobs.add(job);
        job.open(api.stream(settings.endpoint().path(), query, false));
        return new Recovery.JobOpening.Opening();
    }

    @Override
    public void chargeEarlier(int connects, Duration ago) {
        budget.chargeEarlier(connects, ago, time.nanoTime());
    }

    @Override
    public void offer(List<ReceivedPost> posts) {
        traffic.received(posts.size());
        inbox.addFetched(posts);
        around.wakeHandler().run();
    }

    @Override
    public void remember(long[] ids, Runnable whenTaken) {
        seen.remember(ids, whenTaken);
        // In the phase NEW, the handler's thread does not run yet, so this thread may take the ids. There may be
        // millions of ids.
        if (phase == Phase.NEW) seen.hear(time.instant().toEpochMilli());
        else around.wakeHandler().run();
    }

    @Override
    public void pin(List<Pin> spans) {
        seen.pin(spans);
    }

    @Override
    public boolean hasRoomForIds() {
        return seen.hasRoom();
    }

    @Override
    public Instant oldestUnacknowledged(Instant otherwise) {
        return inbox.oldestLiveCreatedAt(otherwise);
    }

    // ---- end -------------------------------------------------------------------------------------------------------

    /** Ends the stream, which frees its connection slots at X. May be called from any thread. */
    void close() {
        if (worker == null) endUnstarted();
        else execute(() -> end("the stream was closed", List.of()));
    }

    private void endUnstarted() {
        phase = Phase.ENDED;
        publish(time.nanoTime());
        ended.countDown();
    }

    private void end(String why, List<StreamEvent> lastWords) {
        if (phase == Phase.ENDED) return;
        long nowNanos = time.nanoTime();
        Disconnection how = new Disconnection.ClosedByUs(why);
        phase = Phase.ENDED;
        for (Lane lane : lanes) lane.close(how);
        for (JobRun job : List.copyOf(jobs)) job.close(how);
        recovery.end();
        lastWords.forEach(this::say);
        publish(nowNanos);
        ended.countDown();
        Objects.requireNonNull(worker, "an ended stream was started").stop();
    }

    /**
     * Ends the stream when its own thread dies, perhaps because memory ran out. What the thread owns may be in any
     * state. So the most important work comes first and needs no memory: publish the failure, free the connection slots
     * at X, and wake the threads that wait.
     */
    private void ownDeath(Throwable cause) {
        phase = Phase.ENDED;
        diedAt = steppedAt;
        StreamException last = GivingUp.because(cause, defect);
        failure = last;
        for (int i = 0; i < lanes.size(); i++) lanes.get(i).abandon();
        for (int i = 0; i < jobs.size(); i++) jobs.get(i).abandon();
        ended.countDown();
        unsaid.add(new StreamEvent.Failed(time.instant(), last));
        unsaid.forEach(events::tell);
        endRecovery();
    }

    /**
     * Ends the recovery, so that threads stop waiting for it, and so that it buys no more posts. An exception of the
     * recovery is ignored.
     */
    private void endRecovery() {
        try {
            recovery.end();
        } catch (RuntimeException | Error e) {
            // Only the error that ended the stream's thread is reported.
        }
    }

    boolean isCaller() {
        Worker running = worker;
        return running != null && running.isCaller();
    }

    /** Waits until the stream's thread has done its last step. Returns at once if the thread never started. */
    void awaitStopped(Duration atMost) throws InterruptedException {
        Worker running = worker;
        if (running != null) running.awaitStopped(atMost);
    }

    /** Returns the latch that is counted down when the stream has ended and has closed all its connections. */
    CountDownLatch ended() {
        return ended;
    }

    @Nullable
    StreamException failure() {
        return failure;
    }

    // ---- what other threads read ------------------------------------------------------------------------------------

    /**
     * Keeps an event until the end of the step, so that no listener receives an event before the snapshot that goes
     * with it is published.
     */
    private void say(StreamEvent event) {
        unsaid.add(event);
    }

    private void publish(long nowNanos) {
        Health.State now = stateNow();
        if (now != state) {
            state = now;
            stateSince = time.instant();
        }
        snapshot = snapshotAt(nowNanos);
        unsaid.forEach(events::tell);
        unsaid.clear();
    }

    private Health.State stateNow() {
        switch (phase) {
            case NEW:
                return Health.State.NEW;
            case STANDING_BY:
                return Health.State.STANDING_BY;
            case SYNCING_RULES:
                return Health.State.SYNCING_RULES;
            case ENDED:
                return failure == null ? Health.State.CLOSED : Health.State.FAILED;
            case RUNNING:
                if (lanes.stream().anyMatch(Lane::isUp)) return Health.State.LIVE;
                if (lanes.stream().anyMatch(Lane::isConnecting)) return Health.State.CONNECTING;
                return lanes.stream().anyMatch(Lane::isParked) ? Health.State.PARKED : Health.State.BACKING_OFF;
        }
        throw new AssertionError(phase);
    }

    private Snapshot snapshotAt(long nowNanos) {
        Optional<Disconnection> lastEnding = Optional.empty();
        Optional<Instant> nextTryAt = Optional.empty();
        int up = 0;
        // This method runs after each step, so it avoids the cost of java.util.stream.
        for (Lane lane : lanes) {
            if (lane.isUp()) up++;
            if (lastEnding.isEmpty()) lastEnding = lane.lastEnding();
            Optional<Instant> next = phase == Phase.RUNNING ? lane.nextTryAt(nowNanos) : Optional.empty();
            if (nextTryAt.isEmpty() || next.isPresent() && next.get().isBefore(nextTryAt.get())) nextTryAt = next;
        }
        return new Snapshot(state, stateSince, lastEnding, nextTryAt, up, budget.left(nowNanos), recovery.account());
    }

    Snapshot snapshot() {
        Snapshot known = snapshot;
        Instant at = diedAt;
        return at == null ? known : known.failed(at);
    }
}
