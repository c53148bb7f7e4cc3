package io.gapless.hosts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Relays TCP from a program to a port of the loopback address. The relay can be cut, fall silent, or be slow. Owns its
 * sockets. One thread changes the state of the relay, and the threads that relay bytes read this state.
 */
public final class Cable implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 20;

    /** The ways that bytes take. */
    public enum Way {
        THERE,
        BACK
    }

    private final int farPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Object state = new Object();
    private ServerSocket near;
    private final Set<Way> silent = EnumSet.noneOf(Way.class);
    private Duration delay = Duration.ZERO;

    /** Begins to relay from a free port. */
    public Cable(int farPort) throws IOException {
        this.farPort = farPort;
        this.near = listen(0);
    }

    /** Returns the port to connect to. */
    public int port() {
        return near.getLocalPort();
    }

    /**
     * Resets every connection, and refuses new connections until {@link #mend}. Bytes that are on their way are lost.
     */
    public void cut() throws IOException {
        near.close();
        for (Socket socket : open) reset(socket);
        synchronized (state) {
            silent.clear();
            delay = Duration.ZERO;
            state.notifyAll();
        }
    }

    /** Lets all bytes pass that are held back, and accepts connections again. */
    public void mend() throws IOException, InterruptedException {
        synchronized (state) {
            silent.clear();
            state.notifyAll();
        }
        long untilNanos = System.nanoTime() + PATIENCE.toNanos();
        while (near.isClosed()) {
            try {
                near = listen(near.getLocalPort());
            } catch (BindException e) {
                // The old socket is released by the thread that waits at it, or another program uses its port briefly.
                if (System.nanoTime() > untilNanos) throw e;
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }

    /** Holds back all bytes. Connections stay open, and new ones are accepted. */
    public void silence() {
        silence(Way.THERE);
        silence(Way.BACK);
    }

    /** Holds back the bytes that go one way. Connections stay open, and new ones are accepted. */
    public void silence(Way way) {
        synchronized (state) {
            silent.add(way);
        }
    }

    /** Delays all bytes by {@code later}. */
    public void slow(Duration later) {
        synchronized (state) {
            delay = later;
        }
    }

    private ServerSocket listen(int port) throws IOException {
        ServerSocket listening = new ServerSocket();
        try {
            listening.setReuseAddress(true);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            listening.close();
            throw e;
        }
        daemon(() -> accept(listening));
        return listening;
    }

    private void accept(ServerSocket listening) {
        try {
            while (true) relay(listening.accept());
        } catch (IOException e) {
            // The cable was cut.
        }
    }

    private void relay(Socket client) {
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), farPort);
            open.add(client);
            open.add(server);
            daemon(() -> carry(client, server, Way.THERE));
            daemon(() -> carry(server, client, Way.BACK));
        } catch (IOException e) {
            // Nothing listens at the other end.
            reset(client);
        }
    }

    private void carry(Socket from, Socket to, Way way) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int length = in.read(chunk); length >= 0; length = in.read(chunk)) {
                awaitPassage(way);
                out.write(chunk, 0, length);
            }
        } catch (IOException e) {
            // Either end has closed the connection, or the cable was cut.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void awaitPassage(Way way) throws InterruptedException {
        synchronized (state) {
            long dueNanos = System.nanoTime() + delay.toNanos();
            while (silent.contains(way) || System.nanoTime() < dueNanos && !delay.isZero()) {
                state.wait(silent.contains(way) ? 0 : 1 + (dueNanos - System.nanoTime()) / 1_000_000);
            }
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The thread that relays for this socket may have closed it at the same time.
            if (!socket.isClosed()) throw new UncheckedIOException("A socket of the cable cannot be reset", e);
        }
    }

    private static void daemon(Runnable body) {
        Thread thread = new Thread(body, "cable");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        cut();
    }
}
