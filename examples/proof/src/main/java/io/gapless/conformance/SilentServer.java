package io.gapless.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Accepts one connection on the loopback address, never answers, and records when the client closes the connection.
 * Thread-safe.
 */
final class SilentServer implements AutoCloseable {
    private final ServerSocket listener;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long closedNanos;

    SilentServer() {
        try {
            listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "silent-server");
        thread.setDaemon(true);
        thread.start();
    }

    URI baseUri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    private void serve() {
        try (Socket socket = listener.accept()) {
            InputStream in = socket.getInputStream();
            byte[] request = new byte[8 * 1024];
            while (in.read(request) >= 0) asked.countDown();
        } catch (IOException e) {
            // The client has reset the connection, which is one of its ways to end it, or the listener was closed
            // before a client connected.
        }
        closedNanos = System.nanoTime();
        closed.countDown();
    }

    void awaitRequest(Duration atMost) throws InterruptedException {
        if (!asked.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("The server received no request.");
        }
    }

    /**
     * Waits until the client has closed the connection. Returns the time, as {@link System#nanoTime()}, or empty if the
     * client did not close the connection.
     */
    OptionalLong awaitClosedNanos(Duration atMost) throws InterruptedException {
        boolean isClosed = closed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        return isClosed ? OptionalLong.of(closedNanos) : OptionalLong.empty();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
