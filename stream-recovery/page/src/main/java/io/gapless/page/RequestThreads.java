package io.gapless.page;

import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the requests of the page, and ends those that take too long: a client that sends or reads a byte a minute would
 * otherwise keep its thread. Owns the times at which requests began; its monitor guards them. Any thread may call it.
 */
final class RequestThreads extends ThreadPoolExecutor {
    /** How long a request may take, from its first byte to the last one of its answer. */
    static final Duration REQUEST_MAX = Duration.ofSeconds(20);

    private static final int WAITING_MAX = 256;
    private static final long UNUSED_SECONDS = 30;

    private final Map<Thread, Long> beginNanos = new HashMap<>();

    RequestThreads(int threads) {
        super(threads, threads, UNUSED_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING_MAX), task -> {
            Thread thread = new Thread(task, "gapless-page-request");
            thread.setDaemon(true);
            return thread;
        });
        allowCoreThreadTimeOut(true);
    }

    @Override
    protected void beforeExecute(Thread thread, Runnable request) {
        bound();
    }

    @Override
    protected void afterExecute(Runnable request, Throwable thrown) {
        unbound();
    }

    /** Lets the request of the calling thread take {@link #REQUEST_MAX} from now on. */
    synchronized void bound() {
        beginNanos.put(Thread.currentThread(), System.nanoTime());
    }

    /** Lets the request of the calling thread take as long as it needs. */
    synchronized void unbound() {
        // If the request was ended at the last moment, the interrupt must not reach what the thread does next.
        if (beginNanos.remove(Thread.currentThread()) == null) Thread.interrupted();
    }

    /**
     * Ends the requests that take too long. The interrupt closes the socket, also in the middle of a read or a write that
     * blocks.
     *
     * @param nowNanos the time, by {@code System.nanoTime}
     */
    synchronized void endSlow(long nowNanos) {
        Iterator<Map.Entry<Thread, Long>> requests = beginNanos.entrySet().iterator();
        while (requests.hasNext()) {
            Map.Entry<Thread, Long> request = requests.next();
            if (nowNanos - request.getValue() <= REQUEST_MAX.toNanos()) continue;
            requests.remove();
            request.getKey().interrupt();
        }
    }
}
