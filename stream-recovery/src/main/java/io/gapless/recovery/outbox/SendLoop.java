package io.gapless.recovery.outbox;

import io.gapless.recovery.ledger.StateException;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the cycle of a sender: slot → collect → batches, one after the other → acknowledged. Owner: the worker, which is
 * the sender's own thread. Other threads put their requests into the mailboxes below and wake the worker.
 *
 * <pre>
 *  IDLE ──a slot is due, asked, or time to try again──▶ READY ──posted──▶ POSTED ──answered──▶ READY
 *   ▲                                                    │  ▲              └──not acknowledged yet───▶ WAITING
 *   └── no batch left, window closed, all refused ───────┘  └─────────────────────────────────────────────┘
 * </pre>
 *
 * <p>A round tries the batches in their order, the oldest first. A batch that was given up is skipped. A later batch
 * with a newer version of one of its records is held back, too. If the source has failed, a round still sends the
 * batches that wait. Batches that a round could not send are tried again while the window is open.
 */
final class SendLoop implements Work {
    private static final Logger LOG = LoggerFactory.getLogger("io.gapless.recovery.outbox.Sender");
    /**
     * The longest wait for a time of day. After this wait the wall clock is read again, since it may have been set, or
     * the machine may have slept.
     */
    private static final long LOOK_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long STATE_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long COLLECT_RETRY_NANOS = Duration.ofMinutes(1).toNanos();
    /**
     * How far the endpoint's clock and this machine's clock may differ before the sender reports the difference.
     * Smaller differences are normal. A stored slot that is further in the future than this is forgotten.
     */
    private static final Duration CLOCKS_AGREE_WITHIN = Duration.ofMinutes(5);

    /**
     * Holds the request of a caller who waits for {@code sent}. The round of this request ends when no batch has been
     * acknowledged for {@code atMost}.
     */
    private record Asked(CompletableFuture<SentInterval> sent, Duration atMost) {}

    private enum State {
        IDLE,
        READY,
        POSTED,
        WAITING
    }

    private final Time time;
    private final Outbox outbox;
    private final Collector collector;
    private final Endpoint endpoint;
    private final Ends ends;
    private final SendSettings settings;
    private final Consumer<SenderEvent> listener;
    private final Runnable wakeWaiting;
    private final Breaker breaker;

    // Mailboxes: written by any thread, emptied by the worker.
    private final ConcurrentLinkedQueue<SenderEvent> told = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Asked> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean scheduled;
    private volatile boolean closing;
    private volatile @Nullable Worker worker;
    /** The cause of the worker's death; null while it runs. */
    private volatile @Nullable Throwable deadly;
    /** Why the sender sends nothing any more; null until it is closed or its worker has died. */
    private volatile @Nullable IllegalStateException over;

    // Owner of the following fields: the worker.
    private State state = State.IDLE;
    private boolean begun;
    private boolean scheduleTold;
    private Instant lastSlot = Instant.EPOCH;
    private Instant lastAcknowledged = Instant.EPOCH;
    private long lastAcknowledgedNanos;
    private boolean overdueTold;
    private String trouble = "";
    private String sourceTrouble = "";
    private RefusalRun refusals = RefusalRun.NONE;
    private boolean clockTold;
    /**
     * When the batches that the last round left are tried again; empty if no batch was left, or if the next slot tries
     * them.
     */
    private OptionalLong tryAgainNanos = OptionalLong.empty();
    /** The next try that was reported; null once its round has begun, or if none was reported. */
    private @Nullable Instant reportedTry;
    /** The endpoint asks not to be contacted until this time, by the monotonic clock. */
    private long leaveAloneNanos;
    /** The rate allows no more records until this time, by the monotonic clock. */
    private long paceNanos;

    private boolean writable = true;
    private long collectAgainNanos;
    private long waitUntilNanos;

    // The state of the current round. A thread that closes the sender reads the two volatile fields.
    private volatile @Nullable Asked promise;
    private volatile @Nullable CompletableFuture<Answer> answer;
    private long interval;
    private long passedSeq;
    private boolean passedOver;
    private @Nullable NotCollectedException notCollected;
    private long deadlineNanos;
    private @Nullable Batch batch;
    private @Nullable Batch posted;
    private int attempt;

    /**
     * Creates the loop without starting its worker.
     *
     * @param wakeWaiting is run when the worker has died; wakes the threads that wait for the end of the sender
     */
    SendLoop(
            Time time,
            Outbox outbox,
            Collector collector,
            Endpoint endpoint,
            Ends ends,
            SendSettings settings,
            Consumer<SenderEvent> listener,
            Runnable wakeWaiting) {
        this.time = time;
        this.outbox = outbox;
        this.collector = collector;
        this.endpoint = endpoint;
        this.settings = settings;
        this.listener = listener;
        this.wakeWaiting = wakeWaiting;
        this.ends = ends;
        this.breaker = new Breaker(time);
        this.leaveAloneNanos = time.nanoTime();
        this.paceNanos = leaveAloneNanos;
        this.collectAgainNanos = leaveAloneNanos;
    }

    /** Returns the worker. The first call starts it. */
    synchronized Worker run() {
        Worker running = worker;
        if (running == null) {
            running = time.start("gapless-sender", this, this::died);
            worker = running;
        }
        return running;
    }

    void schedule() {
        scheduled = true;
        run().wake();
    }

    CompletableFuture<SentInterval> ask(Duration atMost) {
        CompletableFuture<SentInterval> wanted = new CompletableFuture<>();
        asked.add(new Asked(wanted, atMost));
        run().wake();
        // If the loop has just ended, the thread that ended it may have missed this request. So refuse it here.
        IllegalStateException why = over;
        if (why != null) refuse(why);
        return wanted;
    }

    /** Reports that the worker is dying, perhaps because memory ran out. Threads that wait are woken first. */
    private void died(Throwable cause) {
        deadly = cause;
        // Wake the threads that wait before anything else, and create no objects for it: there may be no memory left.
        Asked promised = promise;
        if (promised != null) promised.sent().completeExceptionally(cause);
        wakeWaiting.run();
        refuse(dead(cause));
        deliver(new SenderEvent.Failed(time.instant(), cause));
    }

    private static IllegalStateException dead(Throwable cause) {
        return new IllegalStateException(
                "The sender has stopped because its thread died: " + cause + ". Close the sender and build a new one.",
                cause);
    }

    /** Returns the cause of the worker's death; empty while it runs. */
    Optional<IllegalStateException> death() {
        return Optional.ofNullable(deadly).map(SendLoop::dead);
    }

    /** Returns whether the caller is the sender's own thread. */
    boolean isCaller() {
        Worker running = worker;
        return running != null && running.isCaller();
    }

    /** Reports an event. Any thread may call it. */
    void tell(SenderEvent event) {
        told.add(event);
        Worker running = worker;
        if (running != null) running.wake();
    }

    /**
     * Ends the loop. The current try may take up to {@code atMost} more. Records that are not acknowledged stay in the
     * outbox.
     */
    void close(Duration atMost) throws InterruptedException {
        closing = true;
        Worker running = worker;
        if (running != null) {
            running.wake();
            if (!running.awaitStopped(atMost)) {
                running.stop();
                running.interrupt();
            }
        }
        CompletableFuture<Answer> underWay = answer;
        if (underWay != null) underWay.complete(Answer.none("the sender was closed"));
        refuse(new IllegalStateException("The sender was closed."));
    }

    private void refuse(IllegalStateException why) {
        over = why;
        Asked promised = promise;
        if (promised != null) promised.sent().completeExceptionally(why);
        for (Asked one = asked.poll(); one != null; one = asked.poll())
            one.sent().completeExceptionally(why);
    }

    @Override
    public long step(long nowNanos) {
        for (SenderEvent event = told.poll(); event != null; event = told.poll()) deliver(event);
        try {
            if (!begun) begin();
            if (scheduled && !scheduleTold) beginSchedule();
            tellOverdue();
            long wait = act(nowNanos);
            if (!writable) deliver(new SenderEvent.OutboxWritable(time.instant()));
            writable = true;
            return wait;
        } catch (StateException e) {
            if (writable) deliver(new SenderEvent.OutboxUnwritable(time.instant(), String.valueOf(e.getMessage())));
            writable = false;
            if (closing) stop();
            return STATE_RETRY_NANOS;
        } catch (IllegalStateException e) {
            // During a close, the outbox may already be closed, since a close waits only for a limited time.
            if (!closing) throw e;
            stop();
            return UNTIL_WOKEN;
        }
    }

    private void begin() {
        Instant now = time.instant();
        outbox.begin(now, ends, settings.since(), settings.lateAfter());
        OutboxQueries.Marks marks = outbox.marks();
        lastSlot = marks.slot().orElseThrow();
        lastAcknowledged = marks.lastAcknowledgedAt().or(marks::began).orElseThrow();
        // From here on, elapsed time is measured with the monotonic clock. A stored time in the future comes from a
        // clock that was wrong, and counts as now.
        Duration since = Duration.between(lastAcknowledged, now);
        if (since.isNegative()) since = Duration.ZERO;
        if (since.compareTo(settings.lateAfter()) > 0)
            since = settings.lateAfter().plusNanos(1);
        lastAcknowledgedNanos = time.nanoTime() - since.toNanos();
        refusals = outbox.refusals();
        begun = true;
    }

    private void beginSchedule() {
        Instant now = time.instant();
        Schedule schedule = settings.schedule();
        // Batches that wait now remain from an earlier process, for example after a crash. A round sends them at once.
        boolean goesOn =
                state == State.IDLE && schedule.isOpen(now) && outbox.next(0).isPresent();
        outbox.due(Optional.of(schedule.slotAfter(now)), Optional.empty());
        scheduleTold = true;
        deliver(new SenderEvent.Scheduled(now, schedule.zone(), schedule.slotAfter(now), schedule));
        if (goesOn) beginRound(0);
    }

    private long act(long nowNanos) {
        return switch (state) {
            case IDLE -> idle(nowNanos);
            case READY -> ready();
            case POSTED -> posted(nowNanos);
            case WAITING -> waiting(nowNanos);
        };
    }

    private void stop() {
        Worker running = worker;
        if (running != null) running.stop();
    }

    private long idle(long nowNanos) {
        if (closing) {
            stop();
            return UNTIL_WOKEN;
        }
        Asked wanted = asked.poll();
        if (wanted != null) {
            promise = wanted;
            deadlineNanos = nowNanos + wanted.atMost().toNanos();
            return collect(time.instant(), nowNanos);
        }
        if (!scheduled) return UNTIL_WOKEN;
        Instant now = time.instant();
        Optional<Instant> due = due(now);
        if (due.isPresent() && nowNanos - collectAgainNanos >= 0) return collect(due.get(), nowNanos);
        long wait = due.isPresent()
                ? collectAgainNanos - nowNanos
                : nanosUntil(settings.schedule().slotAfter(now), now);
        if (tryAgainNanos.isPresent() && settings.schedule().isOpen(now)) {
            long left = tryAgainNanos.getAsLong() - nowNanos;
            if (left <= 0) {
                beginRound(0);
                return 0;
            }
            wait = Math.min(wait, left);
        }
        return Math.min(LOOK_NANOS, wait);
    }

    private static long nanosUntil(Instant moment, Instant now) {
        Duration left = Duration.between(now, moment);
        return left.compareTo(Duration.ofDays(1)) > 0 ? LOOK_NANOS : left.toNanos();
    }

    /**
     * Returns the slot that is due, because it was reached or missed and is not collected yet; empty if no slot is due.
     */
    private Optional<Instant> due(Instant now) {
        // A last slot in the future was stored while a clock was ahead. Forget it, since it would suppress all slots
        // until then. Do this also while the window is closed.
        if (lastSlot.isAfter(now.plus(CLOCKS_AGREE_WITHIN))) lastSlot = Instant.EPOCH;
        if (!scheduled || !settings.schedule().isOpen(now)) return Optional.empty();
        Instant slot = settings.schedule().slotAtOrBefore(now);
        return slot.isAfter(lastSlot) ? Optional.of(slot) : Optional.empty();
    }

    private long collect(Instant slot, long nowNanos) {
        SentInterval collected;
        try {
            collected = collector.collect(slot, this::deliver);
        } catch (NotCollectedException e) {
            return goOnWithoutSource(e, nowNanos);
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
        sourceTrouble = "";
        if (slot.isAfter(lastSlot)) lastSlot = slot;
        deliver(new SenderEvent.Collected(time.instant(), collected));
        settled(collected);
        beginRound(collected.id());
        return 0;
    }

    /**
     * Begins a round that sends the batches that wait, although the source has failed. If the endpoint has failed, too,
     * and no caller waits, the round begins only at the next try that was reported.
     */
    private long goOnWithoutSource(NotCollectedException why, long nowNanos) {
        Instant now = time.instant();
        Instant nextTry = reportedTry;
        long untilTry = promise == null && nextTry != null ? nanosUntil(nextTry, now) : 0;
        boolean tooEarly = untilTry > 0;
        collectAgainNanos = nowNanos + (tooEarly ? Math.min(COLLECT_RETRY_NANOS, untilTry) : COLLECT_RETRY_NANOS);
        sourceTrouble = "the interval cannot be collected: " + why.getMessage();
        deliver(new SenderEvent.NotCollected(now, String.valueOf(why.getMessage())));
        try {
            outbox.sourceFailed(String.valueOf(why.getMessage()));
        } catch (RuntimeException | Error e) {
            fail(why);
            throw e;
        }
        if (tooEarly) return 0;
        beginRound(0);
        notCollected = why;
        return 0;
    }

    /** Completes the request of the caller who waits, if there is one, with a failure. */
    private void fail(Throwable why) {
        Asked wanted = promise;
        promise = null;
        if (wanted != null) wanted.sent().completeExceptionally(why);
    }

    private void beginRound(long wantedInterval) {
        interval = wantedInterval;
        notCollected = null;
        tryAgainNanos = OptionalLong.empty();
        reportedTry = null;
        passedSeq = 0;
        passedOver = false;
        batch = null;
        state = State.READY;
    }

    private void endRound() {
        state = State.IDLE;
        Asked wanted = promise;
        if (wanted == null) {
            scheduleNextTry();
            return;
        }
        try {
            NotCollectedException why = notCollected;
            if (why == null) wanted.sent().complete(outbox.interval(interval));
            else wanted.sent().completeExceptionally(why);
            promise = null;
        } catch (RuntimeException | Error e) {
            fail(e);
            throw e;
        }
        if (scheduled) scheduleNextTry();
    }

    /**
     * Schedules the next try of the batches that are left: after a wait if the window is open then, or else at the next
     * slot.
     */
    private void scheduleNextTry() {
        Instant now = time.instant();
        Schedule schedule = settings.schedule();
        Instant slot = schedule.slotAfter(now);
        long waiting = outbox.status().waitingBatches();
        if (waiting == 0) {
            outbox.due(Optional.of(slot), Optional.empty());
            return;
        }
        Duration wait = longer(settings.tryAgainEvery(), pauseNanos());
        Instant then = now.plus(wait);
        boolean inWindow = schedule.isOpen(now) && schedule.isOpen(then);
        tryAgainNanos = inWindow ? OptionalLong.of(time.nanoTime() + wait.toNanos()) : OptionalLong.empty();
        Instant next = inWindow && then.isBefore(slot) ? then : latest(slot, now.plusNanos(pauseNanos()));
        outbox.due(Optional.of(slot), Optional.of(next));
        if (due(now).isPresent() && sourceTrouble.isEmpty())
            return; // A slot is due. Its round begins at once, and sends all batches that wait.
        reportedTry = next;
        deliver(new SenderEvent.RetryScheduled(now, waiting, next, trouble.isEmpty() ? cause(now) : trouble));
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Duration longer(Duration one, long otherNanos) {
        Duration other = Duration.ofNanos(otherNanos);
        return one.compareTo(other) > 0 ? one : other;
    }

    /** Returns whether the round must end: at the end of the window, the next slot, a deadline, or a close. */
    private boolean isOver() {
        if (closing) return true;
        if (promise != null) return time.nanoTime() - deadlineNanos >= 0;
        if (!scheduled) return false;
        Instant now = time.instant();
        return !settings.schedule().isOpen(now) || due(now).isPresent() && time.nanoTime() - collectAgainNanos >= 0;
    }

    private long ready() {
        if (isOver()) return leave();
        Batch next = batch;
        if (next == null) {
            next = outbox.next(passedSeq).orElse(null);
            attempt = 1;
        }
        if (next == null) {
            endRound();
            return 0;
        }
        batch = next;
        if (attempt == 1 && passedOver && outbox.isHeldBack(next)) {
            pass(next);
            return 0;
        }
        long alone = Math.max(leaveAloneNanos, paceNanos) - time.nanoTime();
        if (alone > 0) return rest(Duration.ofNanos(alone));
        byte[] body = outbox.body(next);
        Duration pause = breaker.waitBeforeTry();
        if (!pause.isZero()) return rest(pause);
        Batch keyed = next.keyed(body);
        posted = keyed;
        state = State.POSTED;
        CompletableFuture<Answer> coming = endpoint.post(keyed, body);
        answer = coming;
        settings.recordsPerSecond()
                .ifPresent(rate -> paceNanos = time.nanoTime()
                        + Duration.ofSeconds(keyed.records()).dividedBy(rate).toNanos());
        Worker running = run();
        coming.whenComplete((came, failed) -> running.wake());
        return 0;
    }

    /** Returns how long no try may begin, because of the endpoint's request, the rate limit or the {@link Breaker}. */
    private long pauseNanos() {
        long now = time.nanoTime();
        long alone = Math.max(leaveAloneNanos, paceNanos) - now;
        return Math.max(0, Math.max(alone, breaker.pause().toNanos()));
    }

    private long leave() {
        if (closing) {
            stop();
            return UNTIL_WOKEN;
        }
        endRound();
        return 0;
    }

    private long rest(Duration length) {
        waitUntilNanos = time.nanoTime() + length.toNanos();
        state = State.WAITING;
        return 0;
    }

    private long waiting(long nowNanos) {
        if (isOver()) return leave();
        if (nowNanos < waitUntilNanos) {
            long wait = Math.min(LOOK_NANOS, waitUntilNanos - nowNanos);
            return promise == null ? wait : Math.min(wait, Math.max(0, deadlineNanos - nowNanos));
        }
        state = State.READY;
        return 0;
    }

    private long posted(long nowNanos) {
        CompletableFuture<Answer> coming = answer;
        Batch tried = posted;
        if (coming == null || tried == null) throw new AssertionError("nothing was posted");
        if (!coming.isDone()) {
            if (promise == null) return LOOK_NANOS;
            if (nowNanos - deadlineNanos < 0) return Math.min(LOOK_NANOS, deadlineNanos - nowNanos);
            coming.complete(Answer.none("no answer came before the deadline"));
        }
        long wait = take(tried, came(coming));
        answer = null;
        compareClocks();
        return wait;
    }

    private static Answer came(CompletableFuture<Answer> done) {
        return done.handle((came, failed) -> failed == null ? came : Answer.none("the try failed: " + failed))
                .join();
    }

    /**
     * Processes an answer. Each case first stores what must be durable. If that fails, the worker calls this method
     * again for the same answer. What follows the storing cannot fail.
     */
    private long take(Batch tried, Answer came) {
        return switch (came.outcome()) {
            case ACKNOWLEDGED -> acknowledge(tried, came);
            case TRY_AGAIN -> tryAgain(tried, came);
            case PARTLY -> takePart(tried, came);
            case TOO_LARGE, REFUSED -> isolate(tried, came);
            case UNWELCOME -> {
                giveUp(tried, came);
                breaker.tried(true);
                endRound();
                yield 0;
            }
        };
    }

    private long acknowledge(Batch tried, Answer came) {
        SentInterval after = outbox.acknowledged(tried, came.words());
        breaker.tried(true);
        refusals = RefusalRun.NONE;
        trouble = "";
        Asked wanted = promise;
        if (wanted != null) deadlineNanos = time.nanoTime() + wanted.atMost().toNanos();
        deliver(new SenderEvent.BatchAcknowledged(time.instant(), tried.key(), tried.records(), attempt, came.words()));
        next(tried);
        settled(after);
        return 0;
    }

    private long isolate(Batch tried, Answer came) {
        if (tried.records() > 1) {
            outbox.split(tried, came.words());
            breaker.tried(true);
            deliver(new SenderEvent.BatchSplit(time.instant(), tried.key(), tried.records(), came.words()));
            batch = null;
            state = State.READY;
            return 0;
        }
        if (refusals.isOfAll(came.words())) return keepAll(tried, came);
        RefusalRun run = refusals.and(came.words());
        SentInterval after = outbox.quarantine(tried, came.words(), run);
        refusals = run;
        breaker.tried(true);
        deliver(new SenderEvent.RecordQuarantined(time.instant(), tried.key(), came.words()));
        next(tried);
        settled(after);
        if (run.isOfAll()) endAllRefused(tried, came);
        return 0;
    }

    /**
     * Keeps the batch in the outbox, since no single record is the cause of its refusal. The round ends, and the other
     * batches wait, too.
     */
    private long keepAll(Batch tried, Answer came) {
        outbox.answered(tried, came.words());
        breaker.tried(true);
        endAllRefused(tried, came);
        return 0;
    }

    private void endAllRefused(Batch tried, Answer came) {
        trouble = came.words();
        deliver(new SenderEvent.AllRefused(
                time.instant(), tried.key(), outbox.status().waitingRecords(), came.words()));
        endRound();
    }

    private long takePart(Batch tried, Answer came) {
        Attribution found = outbox.attribute(tried, came);
        int refused = found.refused().size();
        if (found.arrived().isEmpty() && refused == 0) return tryAgain(tried, came);
        if (tried.records() == 1 && refused == 1) return isolate(tried, came);
        if (found.arrived().isEmpty() && refused >= RefusalRun.REFUSAL_OF_ALL) return keepAll(tried, came);
        SentInterval after = outbox.settle(tried, found, came.words());
        breaker.tried(true);
        if (!found.arrived().isEmpty()) refusals = RefusalRun.NONE;
        trouble = came.words();
        deliver(new SenderEvent.BatchPartlyAcknowledged(
                time.instant(),
                tried.key(),
                found.arrived().size(),
                refused,
                found.again().size(),
                came.words()));
        next(tried);
        settled(after);
        if (found.again().isEmpty()) return 0;
        // The records that are left form a batch of their own, with its own tries. That batch is tried next.
        passedSeq = tried.firstSeq() - 1;
        return rest(longer(Duration.ofMillis(settings.waits().apply(1)), pauseNanos()));
    }

    private long tryAgain(Batch tried, Answer came) {
        leaveAloneNanos = Math.max(
                leaveAloneNanos,
                time.nanoTime() + came.retryAfter().orElse(Duration.ZERO).toNanos());
        if (attempt >= settings.tries()) {
            giveUp(tried, came);
            breaker.tried(false);
            next(tried);
            return 0;
        }
        breaker.tried(false);
        Duration pause = longer(Duration.ofMillis(settings.waits().apply(attempt)), pauseNanos());
        deliver(new SenderEvent.BatchRetried(
                time.instant(), tried.key(), tried.records(), attempt, settings.tries(), pause, came.words()));
        attempt++;
        return rest(pause);
    }

    private void giveUp(Batch tried, Answer came) {
        outbox.answered(tried, came.words());
        trouble = came.words();
        passedOver = true;
        deliver(new SenderEvent.BatchGivenUp(
                time.instant(), tried.key(), tried.records(), attempt, settings.tries(), came.words()));
    }

    private void next(Batch done) {
        pass(done);
        state = State.READY;
    }

    private void pass(Batch done) {
        passedSeq = done.firstSeq();
        batch = null;
    }

    private void settled(SentInterval found) {
        if (found.acknowledgedAt().isEmpty()) return;
        if (outbox.isInOrder(found)) {
            lastAcknowledged = time.instant();
            lastAcknowledgedNanos = time.nanoTime();
            overdueTold = false;
        }
        deliver(new SenderEvent.IntervalAcknowledged(time.instant(), found));
    }

    private void tellOverdue() {
        if (!scheduled || overdueTold) return;
        if (time.nanoTime() - lastAcknowledgedNanos <= settings.lateAfter().toNanos()) return;
        Instant now = time.instant();
        overdueTold = true;
        deliver(new SenderEvent.Overdue(now, lastAcknowledged, cause(now)));
    }

    private void compareClocks() {
        Optional<Duration> ahead = endpoint.ahead();
        if (ahead.isEmpty()) return;
        boolean differs = ahead.get().abs().compareTo(CLOCKS_AGREE_WITHIN) > 0;
        if (differs && !clockTold) deliver(new SenderEvent.ClockDiffers(time.instant(), "the endpoint", ahead.get()));
        clockTold = differs;
    }

    private String cause(Instant now) {
        if (!sourceTrouble.isEmpty()) return sourceTrouble;
        if (!trouble.isEmpty()) return trouble;
        if (!settings.schedule().isOpen(now))
            return "the sending window is closed, and was too short for the records that wait.";
        return state == State.IDLE
                ? "no slot was inside the sending window."
                : "the sender is still sending the records that wait.";
    }

    private void deliver(SenderEvent event) {
        if (event instanceof SenderEvent.Failed failed) LOG.error(event.describe(), failed.cause());
        else if (event.isAlarming()) LOG.error(event.describe());
        else if (event instanceof SenderEvent.BatchRetried
                || event instanceof SenderEvent.BatchPartlyAcknowledged
                || event instanceof SenderEvent.ClockDiffers
                || event instanceof SenderEvent.NotCollected) LOG.warn(event.describe());
        else LOG.info(event.describe());
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "The event listener threw an exception at {}. Sending continues.",
                    event.getClass().getSimpleName(),
                    e);
        }
    }
}
