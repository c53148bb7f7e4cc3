package io.gapless.recovery.outbox;

import io.gapless.recovery.state.StateException;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slot → collect → batches, one after the other → acknowledged. Owner: the sender's worker; others leave what they want
 * in the mailboxes below and wake it.
 *
 * <pre>
 *  IDLE ──a slot is due, or asked──▶ READY ──posted──▶ POSTED ──answered──▶ READY
 *   ▲                                 │  ▲                └──no answer that counts──▶ WAITING ──▶ READY
 *   └── no batch left, window closed ─┘  └──────────────────────────────────────────────┘
 * </pre>
 *
 * <p>A round tries the batches in their order, from the oldest on. One that was given up is passed over, and a later
 * one that has a newer version of one of its records is held back with it.
 */
final class SendLoop implements Work {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    /** The wall clock may be set, or the machine may sleep: no wait for a moment of the day is longer than this. */
    private static final long LOOK_NANOS = Duration.ofSeconds(30).toNanos();

    private static final long STATE_RETRY_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long COLLECT_RETRY_NANOS = Duration.ofMinutes(1).toNanos();

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
    private final SendSettings settings;
    private final Consumer<SenderEvent> listener;
    private final Runnable wakeWaiting;
    private final Breaker breaker;

    // Mailboxes: written by anyone, emptied by the worker.
    private final ConcurrentLinkedQueue<SenderEvent> told = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<CompletableFuture<SentInterval>> asked = new ConcurrentLinkedQueue<>();
    private volatile boolean scheduled;
    private volatile boolean closing;
    private volatile @Nullable Worker worker;
    /** What the worker has died of. */
    private volatile @Nullable Throwable deadly;

    // The worker's own.
    private State state = State.IDLE;
    private boolean begun;
    private boolean scheduleTold;
    private Instant lastSlot = Instant.EPOCH;
    private Instant lastAcknowledged = Instant.EPOCH;
    private boolean overdueTold;
    private String trouble = "";
    private boolean writable = true;
    private long collectAgainNanos = Long.MIN_VALUE;
    private long waitUntilNanos;

    // The round's; a close reads the two futures.
    private volatile @Nullable CompletableFuture<SentInterval> promise;
    private volatile @Nullable CompletableFuture<Answer> answer;
    private long interval;
    private long passedSeq;
    private boolean passedOver;
    private @Nullable Batch batch;
    private int attempt;

    /**
     * Prepares.
     *
     * @param wakeWaiting wakes whoever waits for the end, when the worker has died
     */
    SendLoop(
            Time time,
            Outbox outbox,
            Collector collector,
            Endpoint endpoint,
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
        this.breaker = new Breaker(time);
    }

    /** Starts the worker, once. */
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

    CompletableFuture<SentInterval> ask() {
        CompletableFuture<SentInterval> wanted = new CompletableFuture<>();
        asked.add(wanted);
        run().wake();
        Throwable cause = deadly;
        if (cause != null) refuse(dead(cause));
        return wanted;
    }

    /** This thread is dying, perhaps for want of memory: who waits is woken first. */
    private void died(Throwable cause) {
        deadly = cause;
        wakeWaiting.run();
        refuse(dead(cause));
        deliver(new SenderEvent.Failed(time.instant(), cause));
    }

    private static IllegalStateException dead(Throwable cause) {
        return new IllegalStateException(
                "The sender has stopped because its thread died: " + cause + ". Close the sender and build a new one.",
                cause);
    }

    /** What the worker has died of, if it has. */
    Optional<IllegalStateException> death() {
        return Optional.ofNullable(deadly).map(SendLoop::dead);
    }

    /** Tells an event, from any thread. */
    void tell(SenderEvent event) {
        told.add(event);
        Worker running = worker;
        if (running != null) running.wake();
    }

    /** Lets the try under way come to its end; what is not acknowledged then stays in the outbox. */
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
        CompletableFuture<SentInterval> promised = promise;
        if (promised != null) promised.completeExceptionally(why);
        for (CompletableFuture<SentInterval> one = asked.poll(); one != null; one = asked.poll())
            one.completeExceptionally(why);
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
        }
    }

    private void begin() {
        OutboxQueries.Marks marks = outbox.marks();
        lastSlot = marks.slot().orElseThrow();
        lastAcknowledged = marks.lastAcknowledgedAt().or(marks::began).orElseThrow();
        begun = true;
    }

    private void beginSchedule() {
        Instant now = time.instant();
        Schedule schedule = settings.schedule();
        // What a crash has interrupted goes on.
        boolean goesOn =
                state == State.IDLE && schedule.isOpen(now) && outbox.next(0).isPresent();
        scheduleTold = true;
        deliver(new SenderEvent.Scheduled(now, schedule.zone(), schedule.slotAfter(now), schedule));
        if (goesOn) beginRound(null, 0);
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
        CompletableFuture<SentInterval> wanted = asked.poll();
        if (wanted != null) return collect(time.instant(), wanted, nowNanos);
        if (!scheduled) return UNTIL_WOKEN;
        Instant now = time.instant();
        Optional<Instant> due = due(now);
        if (due.isEmpty())
            return Math.min(LOOK_NANOS, nanosUntil(settings.schedule().slotAfter(now), now));
        if (nowNanos < collectAgainNanos) return Math.min(LOOK_NANOS, collectAgainNanos - nowNanos);
        return collect(due.get(), null, nowNanos);
    }

    private static long nanosUntil(Instant moment, Instant now) {
        Duration left = Duration.between(now, moment);
        return left.compareTo(Duration.ofDays(1)) > 0 ? LOOK_NANOS : left.toNanos();
    }

    /** The slot that is to be sent now: reached or missed, and not collected yet. */
    private Optional<Instant> due(Instant now) {
        if (!scheduled || !settings.schedule().isOpen(now)) return Optional.empty();
        Instant slot = settings.schedule().slotAtOrBefore(now);
        return slot.isAfter(lastSlot) ? Optional.of(slot) : Optional.empty();
    }

    private long collect(Instant slot, @Nullable CompletableFuture<SentInterval> wanted, long nowNanos) {
        SentInterval collected;
        try {
            collected = collector.collect(slot);
        } catch (Outbox.NotCollected e) {
            trouble = "the interval cannot be collected: " + e.getMessage();
            deliver(new SenderEvent.NotCollected(time.instant(), String.valueOf(e.getMessage())));
            if (wanted != null) wanted.completeExceptionally(e);
            else collectAgainNanos = nowNanos + COLLECT_RETRY_NANOS;
            return 0;
        } catch (StateException e) {
            if (wanted != null) wanted.completeExceptionally(e);
            throw e;
        }
        if (slot.isAfter(lastSlot)) lastSlot = slot;
        deliver(new SenderEvent.Collected(time.instant(), collected));
        settled(collected);
        beginRound(wanted, collected.id());
        return 0;
    }

    private void beginRound(@Nullable CompletableFuture<SentInterval> wanted, long wantedInterval) {
        promise = wanted;
        interval = wantedInterval;
        passedSeq = 0;
        passedOver = false;
        batch = null;
        state = State.READY;
    }

    private void endRound() {
        state = State.IDLE;
        CompletableFuture<SentInterval> wanted = promise;
        if (wanted != null) wanted.complete(outbox.interval(interval));
        promise = null;
    }

    /** Whether the round must make way: for the end of the window, the next slot, or a close. */
    private boolean isOver() {
        if (closing) return true;
        if (promise != null || !scheduled) return false;
        Instant now = time.instant();
        return !settings.schedule().isOpen(now) || due(now).isPresent();
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
        byte[] body = outbox.body(next);
        Duration pause = breaker.waitBeforeTry();
        if (!pause.isZero()) return rest(pause);
        state = State.POSTED;
        CompletableFuture<Answer> coming = endpoint.post(next, body);
        answer = coming;
        Worker running = run();
        coming.thenRun(running::wake);
        return 0;
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
        if (nowNanos < waitUntilNanos) return Math.min(LOOK_NANOS, waitUntilNanos - nowNanos);
        state = State.READY;
        return 0;
    }

    private long posted(long nowNanos) {
        CompletableFuture<Answer> coming = answer;
        Batch tried = batch;
        if (coming == null || tried == null) throw new AssertionError("nothing was posted");
        if (!coming.isDone()) return LOOK_NANOS;
        long wait = take(tried, coming.join());
        answer = null;
        return wait;
    }

    /** First what must be remembered, which may fail and is done again then; after that nothing fails. */
    private long take(Batch tried, Answer came) {
        return switch (came.outcome()) {
            case ACKNOWLEDGED -> acknowledge(tried, came);
            case TRY_AGAIN -> tryAgain(tried, came);
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
        SentInterval after = outbox.quarantine(tried, came.words());
        breaker.tried(true);
        deliver(new SenderEvent.RecordQuarantined(time.instant(), tried.key(), came.words()));
        next(tried);
        settled(after);
        return 0;
    }

    private long tryAgain(Batch tried, Answer came) {
        Duration asks = came.retryAfter().orElse(Duration.ZERO);
        if (attempt >= settings.tries()) {
            giveUp(tried, came);
            breaker.tried(false);
            next(tried);
            return asks.isZero() ? 0 : rest(asks);
        }
        breaker.tried(false);
        Duration pause = Duration.ofMillis(settings.waits().apply(attempt));
        if (asks.compareTo(pause) > 0) pause = asks;
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
        lastAcknowledged = time.instant();
        overdueTold = false;
        trouble = "";
        deliver(new SenderEvent.IntervalAcknowledged(time.instant(), found));
    }

    private void tellOverdue() {
        if (!scheduled || overdueTold) return;
        Instant now = time.instant();
        Duration allowed = settings.schedule().every().plus(settings.grace());
        if (!now.isAfter(lastAcknowledged.plus(allowed))) return;
        overdueTold = true;
        deliver(new SenderEvent.Overdue(now, lastAcknowledged, cause(now)));
    }

    private String cause(Instant now) {
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
        else if (event instanceof SenderEvent.BatchRetried || event instanceof SenderEvent.NotCollected)
            LOG.warn(event.describe());
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
