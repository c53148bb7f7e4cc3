package io.gapless.stream;

import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.event.StreamListener;
import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports events to the log and the listener. Any thread may add events; one worker delivers them, in order. Some
 * events can occur with every line. Their repeats are summed up ({@link Repeats}), so that they cannot fill the queue.
 * The worker's thread, {@code gapless-events}, makes all calls of the listener.
 */
final class EventDesk implements Work {
    private static final int WAITING_MAX = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger("io.gapless.stream.FilteredStream");

    private final Time time;
    private final StreamListener listener;
    private final Consumer<Throwable> stream;
    private final EventLog log;
    private final ArrayBlockingQueue<StreamEvent> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Repeats repeats = new Repeats();
    private final EndingCounts endings = new EndingCounts();
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Worker worker;
    /** Whether the last event, {@code Closed}, has been delivered. Owner: the worker's thread. */
    private boolean over;

    /**
     * Creates a desk that keeps its events until {@link #begin} is called.
     *
     * @param stream receives the error that ended the worker's thread, if an error ends it
     */
    EventDesk(Time time, StreamListener listener, Consumer<Throwable> stream) {
        this(time, listener, stream, LOG);
    }

    /** Creates a desk that writes to the log {@code logger}, for tests. */
    EventDesk(Time time, StreamListener listener, Consumer<Throwable> stream, Logger logger) {
        this.log = new EventLog(logger);
        this.time = time;
        this.listener = listener;
        this.stream = stream;
    }

    /**
     * Starts the worker. Further calls do nothing. The constructor starts no worker, so a stream that is only built has
     * no thread.
     */
    synchronized void begin() {
        if (worker != null) return;
        Worker started = time.start("gapless-events", this, this::died);
        worker = started;
        // Events that were added before the field {@code worker} was set could not wake the worker, so wake it now.
        started.wake();
    }

    /**
     * Ends the stream, because the worker's thread has died. Logs the cause here, because no event can be delivered any
     * more.
     */
    private void died(Throwable cause) {
        stream.accept(cause);
        LOG.error("The thread that reports events has died, so the stream has ended. The cause says why.", cause);
    }

    void tell(StreamEvent event) {
        endings.add(event);
        // The worker needs no wake-up: the first event of this kind has woken it, and its next step comes when the
        // sum is due.
        if (repeats.isCounted(event, time.nanoTime())) return;
        boolean findsRoom = event instanceof StreamEvent.Closed;
        if (event instanceof StreamEvent.DeadLettered deadLetter) {
            log.writeAtOnce(deadLetter);
            findsRoom = true;
        }
        // A full queue drops the new event, or its oldest event if the new one must not be lost.
        while (!waiting.offer(event)) {
            dropped.incrementAndGet();
            if (!findsRoom) break;
            waiting.poll();
        }
        Worker running = worker;
        if (running != null) running.wake();
    }

    @Override
    public long step(long nowNanos) {
        if (over) return end();
        for (StreamEvent event = waiting.poll(); event != null; event = waiting.poll()) {
            if (event instanceof StreamEvent.Closed) {
                deliverSums(nowNanos, true);
                deliverDropped();
                deliver(event);
                over = true;
                return end();
            }
            deliver(event);
        }
        deliverDropped();
        deliverSums(nowNanos, false);
        return repeats.untilDue(nowNanos, UNTIL_WOKEN);
    }

    private long end() {
        Worker running = worker;
        // If the field {@code worker} is not set yet, begin() wakes the worker after it has set the field, and the next
        // step stops the worker.
        if (running != null) running.stop();
        return UNTIL_WOKEN;
    }

    private void deliverSums(long nowNanos, boolean end) {
        repeats.due(nowNanos, time.instant(), end).forEach(this::deliver);
    }

    private void deliverDropped() {
        long lost = dropped.getAndSet(0);
        if (lost > 0) deliver(new StreamEvent.EventsDropped(time.instant(), lost));
    }

    private void deliver(StreamEvent event) {
        log.write(event);
        try {
            listener.onEvent(event);
        } catch (Throwable e) {
            LOG.warn(
                    "The listener threw an exception at {}. The stream continues.",
                    event.getClass().getSimpleName(),
                    e);
        }
    }

    /** Returns the counts of all endings, also of those whose events were dropped. */
    EndingCounts endings() {
        return endings;
    }

    boolean isCaller() {
        Worker running = worker;
        return running != null && running.isCaller();
    }

    /** Waits until the last event has been delivered. Returns true at once if the worker was never started. */
    boolean awaitStopped(Duration atMost) throws InterruptedException {
        Worker running = worker;
        return running == null || running.awaitStopped(atMost);
    }

    /** Interrupts a listener that blocks. */
    void interrupt() {
        Worker running = worker;
        if (running != null) running.interrupt();
    }
}
