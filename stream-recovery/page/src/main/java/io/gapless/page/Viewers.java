package io.gapless.page;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Holds the browsers that watch, at most {@value #VIEWERS_MAX}. Any thread may call it. */
final class Viewers implements AutoCloseable {
    static final int VIEWERS_MAX = 32;

    private final Set<Viewer> viewers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    boolean isEmpty() {
        return viewers.isEmpty();
    }

    int size() {
        return viewers.size();
    }

    /** Sends a frame to all viewers, and disconnects those that are too slow. Never waits. */
    void send(byte[] frame) {
        for (Viewer viewer : viewers) {
            if (viewer.send(frame)) continue;
            viewers.remove(viewer);
            viewer.end();
        }
    }

    /**
     * Serves a browser on the calling thread until it leaves.
     *
     * @return false if there are too many viewers; nothing was sent then
     */
    boolean serve(HttpExchange exchange, Supplier<byte[]> greeting, Headers begin) throws IOException {
        Viewer viewer = new Viewer(exchange);
        synchronized (this) {
            if (closed || viewers.size() >= VIEWERS_MAX) return false;
            viewers.add(viewer);
        }
        try {
            begin.send();
            viewer.run(greeting.get());
        } finally {
            viewers.remove(viewer);
            // The thread serves further requests, which an interrupt of this one must not end.
            Thread.interrupted();
        }
        return true;
    }

    /** Sends the headers of the answer. */
    @FunctionalInterface
    interface Headers {
        void send() throws IOException;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        viewers.forEach(Viewer::end);
    }
}
