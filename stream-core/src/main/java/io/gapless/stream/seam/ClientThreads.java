package io.gapless.stream.seam;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one HTTP client, and ends the client's selector thread. The selector thread submits every task.
 * Until the response head arrives, the pool runs the tasks. From then on tasks only copy bytes and never block, so the
 * selector thread runs them itself: waking another thread for each read took up to a quarter of the time per post.
 *
 * <p>{@link #end} ends the selector thread and closes everything that it holds open. On JDK 21 and later it calls
 * {@code shutdownNow}; {@code close()} would wait for the end of the stream, so it is never called. Before JDK 21 an
 * interrupt ends the thread. Without the interrupt, the thread would end only after the client is garbage-collected.
 * The thread would never end if a {@code send} was interrupted while the request was being written, because the JDK
 * then counts the request as pending. A selector thread that never submitted a task is unknown here and ends with the
 * garbage collection.
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

    /** Runs a task. The selector thread is recognised here, because it submits its tasks itself. */
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

    /** Called when the response head has arrived. From then on, the client's tasks only copy bytes. */
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
