package io.gapless.spring;

import io.gapless.recovery.GaplessStream;
import io.gapless.stream.event.StreamException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the stream after all other parts of the application, and ends it before them: so a handler can use every bean
 * while the posts that were received are drained. Keeps the JVM running while the stream runs. Owns whether it was
 * started; thread-safe.
 */
final class StreamLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLifecycle.class);

    private final GaplessStream stream;
    private final boolean autoStartup;
    private final Duration drain;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean started = new AtomicBoolean();

    StreamLifecycle(GaplessStream stream, boolean autoStartup, Duration drain) {
        this.stream = stream;
        this.autoStartup = autoStartup;
        this.drain = drain;
    }

    @Override
    public void start() {
        if (started.getAndSet(true)) {
            if (!running.get())
                throw new IllegalStateException(
                        "A stream cannot be started again after it was stopped. Restart the application.");
            return;
        }
        stream.start();
        running.set(true);
        Thread keepsRunning = new Thread(this::awaitEnd, "gapless-keep-alive");
        keepsRunning.setDaemon(false);
        keepsRunning.start();
    }

    /** The threads of a stream are daemons. An application without a web server would end at once. */
    private void awaitEnd() {
        try {
            stream.awaitClose();
        } catch (StreamException e) {
            LOG.error(
                    "The stream has given up, and receives no posts until the application is restarted: {}",
                    e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            running.set(false);
        }
    }

    @Override
    public void stop() {
        stream.close(drain);
        running.set(false);
    }

    /** Drains on a thread of its own, so that other parts of the same phase end meanwhile. */
    @Override
    public void stop(Runnable callback) {
        Thread closing = new Thread(
                () -> {
                    try {
                        stop();
                    } finally {
                        callback.run();
                    }
                },
                "gapless-drain");
        closing.start();
    }

    @Override
    public boolean isRunning() {
        return running.get();
    }

    @Override
    public boolean isAutoStartup() {
        return autoStartup;
    }
}
