package io.gapless.stream;

import io.gapless.stream.seam.Time;
import io.gapless.stream.seam.Work;
import io.gapless.stream.seam.Worker;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells events to the log and the listener, from any thread, by one thread, in order. What repeats with every line is
 * summed up before it can fill the queue. Owner of the calls: its worker.
 */
final class EventDesk implements Work {
    private static final int WAITING_MAX = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(FilteredStream.class);

    private final Time time;
    private final StreamListener listener;
    private final Consumer<Throwable> stream;
    private final EventLog log = new EventLog(LOG);
    private final ArrayBlockingQueue<StreamEvent> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final Repeats repeats = new Repeats();
    private final AtomicLong dropped = new AtomicLong();
    private final Worker worker;

    /**
     * Begins to tell.
     *
     * @param stream told what the thread has died of, if it does
     */
    EventDesk(Time time, StreamListener listener, Consumer<Throwable> stream) {
        this.time = time;
        this.listener = listener;
        this.stream = stream;
        this.worker = time.start("gapless-events", this, this::died);
    }

    /** What the stream has to say about it can't be told any more, so it is logged here. */
    private void died(Throwable cause) {
        stream.accept(cause);
        LOG.error("The thread that reports events has died, so the stream has ended. The cause says why.", cause);
    }

    void tell(StreamEvent event) {
        // The first of its kind has woken the worker, which knows when to look again.
        if (repeats.isCounted(event, time.nanoTime())) return;
        while (!waiting.offer(event)) {
            dropped.incrementAndGet();
            // The last event always finds room.
            if (!(event instanceof StreamEvent.Closed)) break;
            waiting.poll();
        }
        worker.wake();
    }

    @Override
    public long step(long nowNanos) {
        for (StreamEvent event = waiting.poll(); event != null; event = waiting.poll()) {
            if (event instanceof StreamEvent.Closed) {
                deliverSums(nowNanos, true);
                deliverDropped();
                deliver(event);
                worker.stop();
                return UNTIL_WOKEN;
            }
            deliver(event);
        }
        deliverDropped();
        deliverSums(nowNanos, false);
        return repeats.untilDue(nowNanos, UNTIL_WOKEN);
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

    Worker worker() {
        return worker;
    }
}
