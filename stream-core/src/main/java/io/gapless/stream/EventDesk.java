package io.gapless.stream;

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
 * Tells events to the log and the listener, from any thread, by one thread, in order. What repeats with every line is
 * summed up before it can fill the queue. Owner of the calls: its worker.
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
    private final AtomicLong dropped = new AtomicLong();
    private volatile @Nullable Worker worker;
    /** The last event is told. Owned by the worker. */
    private boolean over;

    /**
     * A desk that keeps what it is to tell until it begins.
     *
     * @param stream told what the thread has died of, if it does
     */
    EventDesk(Time time, StreamListener listener, Consumer<Throwable> stream) {
        this(time, listener, stream, LOG);
    }

    /** The same with a log of a test. */
    EventDesk(Time time, StreamListener listener, Consumer<Throwable> stream, Logger logger) {
        this.log = new EventLog(logger);
        this.time = time;
        this.listener = listener;
        this.stream = stream;
    }

    /** Begins to tell, once; so a stream that is only built has no thread. */
    synchronized void begin() {
        if (worker != null) return;
        Worker started = time.start("gapless-events", this, this::died);
        worker = started;
        // What came before the worker was known could not wake it.
        started.wake();
    }

    /** What the stream has to say about it can't be told any more, so it is logged here. */
    private void died(Throwable cause) {
        stream.accept(cause);
        LOG.error("The thread that reports events has died, so the stream has ended. The cause says why.", cause);
    }

    void tell(StreamEvent event) {
        // The first of its kind has woken the worker, which knows when to look again.
        if (repeats.isCounted(event, time.nanoTime())) return;
        boolean findsRoom = event instanceof StreamEvent.Closed;
        if (event instanceof StreamEvent.DeadLettered deadLetter) {
            log.writeAtOnce(deadLetter);
            findsRoom = true;
        }
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
        // Otherwise whoever has started it wakes it again.
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

    boolean isCaller() {
        Worker running = worker;
        return running != null && running.isCaller();
    }

    /** Waits until the last event is told. */
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
