package io.gapless.page;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends frames to one browser, on the thread of its request. Frames wait in a bounded queue. If it is full, the browser
 * reads too slowly, and is disconnected; it connects again by itself and gets everything again. The queue is the only
 * state that threads share.
 */
final class Viewer {
    /** How many frames may wait: a browser that reads nothing is disconnected after as many seconds. */
    static final int WAITING_MAX = 16;

    private static final byte[] ALIVE = {':', '\n', '\n'};
    private static final long ALIVE_SECONDS = 10;

    private final HttpExchange exchange;
    private final Thread thread = Thread.currentThread();
    private final ArrayBlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private volatile boolean over;

    /** Creates a viewer that runs on the calling thread. */
    Viewer(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** Adds a frame. Returns false if the browser is too slow. */
    boolean send(byte[] frame) {
        return !over && waiting.offer(frame);
    }

    /**
     * Disconnects the browser. The interrupt closes the socket, also in the middle of a write that blocks, which closing
     * the exchange would not do.
     */
    void end() {
        if (over) return;
        over = true;
        thread.interrupt();
    }

    /** Sends frames until the browser leaves or {@link #end} is called. */
    void run(byte[] greeting) throws IOException {
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(greeting);
            body.flush();
            while (!over) {
                byte[] frame = waiting.poll(ALIVE_SECONDS, TimeUnit.SECONDS);
                // A browser that has gone is noticed by a write only.
                body.write(frame == null ? ALIVE : frame);
                body.flush();
            }
        } catch (InterruptedException e) {
            // end() was called, and the connection is closed below.
        } finally {
            over = true;
        }
    }
}
