package io.gapless.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Watches the socket of one request while the answer is being written or delayed. A watcher thread reads from the
 * socket, so it notices at once when the client closes the socket. The thread also resets the socket if the client does
 * not read. Owns the cause of the connection's end: the first declared cause counts, unless {@link #overrideEnd}
 * replaces it. Within the process there is no socket to watch: the client reports itself that it has closed. Thread-safe.
 */
final class WatchedSocket {
    private static final int WATCH_MILLIS = 250;
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private final Socket socket;
    private final Duration slowReaderAfter;
    private final SharedClock clock;
    private final AtomicBoolean gone = new AtomicBoolean();
    private volatile SharedClock.@Nullable Party waiter;
    private volatile long writingSinceNanos;
    private volatile boolean writing;
    private volatile Runnable onGone = () -> {};
    private @Nullable ConnectionEnd end;

    WatchedSocket(Socket socket, Duration slowReaderAfter, SharedClock clock) {
        this.socket = socket;
        this.slowReaderAfter = slowReaderAfter;
        this.clock = clock;
        if (socket instanceof DirectSocket direct) direct.onPeerClosed(() -> close(ConnectionEnd.CLIENT_CLOSED));
    }

    /**
     * Starts the watcher thread. It discards all bytes that the client sends, so the connection cannot serve another
     * request.
     */
    void watch(Executor watchers) {
        if (!(socket instanceof DirectSocket)) watchers.execute(this::watch);
    }

    /**
     * Sets the action that runs once, when the connection is gone. If the connection is gone already, the action runs
     * now.
     */
    void onGone(Runnable action) {
        onGone = action;
        if (gone.get()) {
            action.run();
        }
    }

    boolean isGone() {
        return gone.get();
    }

    void awaitGone() throws InterruptedException {
        awaitGone(FOR_EVER);
    }

    /** Waits until the connection is gone. Returns false if the time runs out first. */
    boolean awaitGone(Duration atMost) throws InterruptedException {
        SharedClock.Party own = clock.enter();
        waiter = own;
        try {
            long untilNanos = clock.nanoTime() + atMost.toNanos();
            while (!gone.get()) {
                long leftNanos = untilNanos - clock.nanoTime();
                if (leftNanos <= 0) return false;
                own.await(leftNanos);
            }
            return true;
        } finally {
            waiter = null;
            own.leave();
        }
    }

    /** Marks the start or the end of a write, which blocks while the client does not read. */
    void markWriting(boolean now) {
        writingSinceNanos = System.nanoTime();
        writing = now;
    }

    /** Declares how the connection ends, unless a cause was declared before. Does not touch the socket. */
    synchronized void declareEnd(ConnectionEnd cause) {
        if (end == null) {
            end = cause;
        }
    }

    /** Declares how the connection ends, even if another cause was declared before. */
    synchronized void overrideEnd(ConnectionEnd cause) {
        end = cause;
    }

    void close(ConnectionEnd cause) {
        declareEnd(cause);
        AcceptedSockets.close(socket);
        markGone();
    }

    void reset(ConnectionEnd cause) {
        declareEnd(cause);
        AcceptedSockets.reset(socket);
        markGone();
    }

    synchronized ConnectionEnd end() {
        return end == null ? ConnectionEnd.SERVER_ENDED : end;
    }

    private void watch() {
        try {
            socket.setSoTimeout(WATCH_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] ignored = new byte[256];
            while (isOpen(in, ignored)) {
                resetSlowReader();
            }
            close(ConnectionEnd.CLIENT_CLOSED);
        } catch (IOException e) {
            close(ConnectionEnd.CLIENT_RESET);
        }
    }

    private static boolean isOpen(InputStream in, byte[] ignored) throws IOException {
        try {
            return in.read(ignored) >= 0;
        } catch (SocketTimeoutException nothingSent) {
            return true;
        }
    }

    private void resetSlowReader() {
        long limit = slowReaderAfter.toNanos();
        if (writing && limit > 0 && System.nanoTime() - writingSinceNanos > limit) {
            reset(ConnectionEnd.SLOW_READER);
        }
    }

    private void markGone() {
        if (gone.getAndSet(true)) return;
        onGone.run();
        SharedClock.Party waits = waiter;
        if (waits != null) waits.release();
    }
}
