package io.gapless.stream.seam;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one client: a pool that runs its tasks, and its own selector thread, which brings them. Once the head
 * has come they only move bytes on and never block; from then on the selector thread runs them itself, since to wake
 * another for each read was up to a quarter of what a post cost.
 *
 * <p>{@link #end} ends the selector thread with all that it holds open. JDK 21 and later have {@code shutdownNow} for
 * that; {@code close()} would wait for the stream's end and is never called. Before, an interrupt does it: left alone, the
 * thread ends only once the client is collected, and never if a {@code send} was interrupted while the request was going
 * out, since the JDK then counts it as pending. One that never had anything to tell is left to the collector.
 */
final class ClientThreads implements Executor {
    private static final @Nullable Method SHUTDOWN_NOW = find();

    private final Executor pool;
    private volatile @Nullable Thread selector;
    private volatile boolean flowing;
    private volatile boolean ended;

    ClientThreads(Executor pool) {
        this.pool = pool;
    }

    /** Whatever the selector thread learns is a task that it hands over here itself. */
    @Override
    public void execute(Runnable task) {
        Thread caller = Thread.currentThread();
        if (SHUTDOWN_NOW == null && caller.getName().endsWith("-SelectorManager")) {
            selector = caller;
            if (ended) caller.interrupt();
        }
        if (flowing) task.run();
        else pool.execute(task);
    }

    /** The head has come: what is left is to move bytes on. */
    void bodyFlows() {
        flowing = true;
    }

    void end(HttpClient client) {
        ended = true;
        Thread known = selector;
        if (known != null) known.interrupt();
        if (SHUTDOWN_NOW == null) return;
        try {
            SHUTDOWN_NOW.invoke(client);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError("HttpClient.shutdownNow is public and throws nothing", e);
        }
    }

    private static @Nullable Method find() {
        try {
            return HttpClient.class.getMethod("shutdownNow");
        } catch (NoSuchMethodException e) {
            return null;
        }
    }
}
