package io.gapless.emulator;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The socket under one streamed answer. A watcher reads from it, so that the client's close is seen at once, and cuts
 * off a client that does not read. Owns how the connection ended: the first cause wins. Thread-safe.
 */
final class Wire {
    private static final int WATCH_MILLIS = 250;

    private final Socket socket;
    private final Duration slowReaderAfter;
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile long writingSinceNanos;
    private volatile boolean writing;
    private volatile Runnable whenGone = () -> {};
    private @Nullable ConnectionEnd end;

    Wire(Socket socket, Duration slowReaderAfter) {
        this.socket = socket;
        this.slowReaderAfter = slowReaderAfter;
    }

    /** Starts the watcher; from now on the connection serves no other request. */
    void watch(Executor watchers) {
        watchers.execute(this::watch);
    }

    /** Sets what to run, once, when the connection is gone; at once if it is gone already. */
    void whenGone(Runnable action) {
        whenGone = action;
        if (gone.getCount() == 0) {
            action.run();
        }
    }

    boolean isGone() {
        return gone.getCount() == 0;
    }

    void awaitGone() throws InterruptedException {
        gone.await();
    }

    /** Whether the connection was gone before this time had passed. */
    boolean awaitGone(Duration atMost) throws InterruptedException {
        return gone.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Marks the time in which a write may be stuck on a client that does not read. */
    void writing(boolean now) {
        writingSinceNanos = System.nanoTime();
        writing = now;
    }

    /** Declares a cause without touching the socket; the response is ended by whoever writes it. */
    synchronized void ends(ConnectionEnd cause) {
        if (end == null) {
            end = cause;
        }
    }

    /** Declares a cause that stands above what was declared before. */
    synchronized void endsAfterAll(ConnectionEnd cause) {
        end = cause;
    }

    void close(ConnectionEnd cause) {
        ends(cause);
        AcceptedSockets.close(socket);
        goneNow();
    }

    void reset(ConnectionEnd cause) {
        ends(cause);
        AcceptedSockets.reset(socket);
        goneNow();
    }

    synchronized ConnectionEnd end() {
        return end == null ? ConnectionEnd.SERVER_ENDED : end;
    }

    private void watch() {
        try {
            socket.setSoTimeout(WATCH_MILLIS);
            InputStream in = socket.getInputStream();
            byte[] ignored = new byte[256];
            while (readsOn(in, ignored)) {
                cutOffSlowReader();
            }
            close(ConnectionEnd.CLIENT_CLOSED);
        } catch (IOException e) {
            close(ConnectionEnd.CLIENT_RESET);
        }
    }

    private static boolean readsOn(InputStream in, byte[] ignored) throws IOException {
        try {
            return in.read(ignored) >= 0;
        } catch (SocketTimeoutException stillThere) {
            return true;
        }
    }

    private void cutOffSlowReader() {
        long limit = slowReaderAfter.toNanos();
        if (writing && limit > 0 && System.nanoTime() - writingSinceNanos > limit) {
            reset(ConnectionEnd.SLOW_READER);
        }
    }

    private void goneNow() {
        if (gone.getCount() > 0) {
            gone.countDown();
            whenGone.run();
        }
    }
}
