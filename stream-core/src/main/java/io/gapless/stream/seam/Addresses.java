package io.gapless.stream.seam;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Connects to the addresses of a host that the JDK's client does not try: the client tries only the first one. For 5
 * minutes, this class remembers a first address that did not answer, so that later requests do not wait for that
 * address again. Thread-safe.
 */
final class Addresses {
    private static final Duration AVOID_FOR = Duration.ofMinutes(5);
    /**
     * All addresses after the first one together get the connect timeout divided by this number. So the client's wait
     * for the first address and the waits for the others fit into a header timeout of twice the connect timeout.
     */
    private static final int OTHERS_WAIT_PARTS = 2;

    private static final int WAIT_MIN_MILLIS = 250;

    private final Time time;
    private final Duration connectTimeout;
    private final Resolver resolver;
    private final Map<InetAddress, Long> avoidedUntilNanos = new ConcurrentHashMap<>();

    Addresses(Time time, Duration connectTimeout) {
        this(time, connectTimeout, host -> List.of(InetAddress.getAllByName(host)));
    }

    Addresses(Time time, Duration connectTimeout, Resolver resolver) {
        this.time = time;
        this.connectTimeout = connectTimeout;
        this.resolver = resolver;
    }

    /** Looks up the addresses of a host name, in the order in which the JDK's client sees them. */
    interface Resolver {
        List<InetAddress> resolve(String host) throws UnknownHostException;
    }

    private List<InetAddress> of(URI uri) {
        try {
            return resolver.resolve(uri.getHost());
        } catch (UnknownHostException e) {
            return List.of();
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() >= 0) return uri.getPort();
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }

    /** Returns whether the host has several addresses and the first one did not answer within the last 5 minutes. */
    boolean avoidsFirst(URI uri) {
        if (avoidedUntilNanos.isEmpty()) return false;
        List<InetAddress> all = of(uri);
        if (all.size() < 2) return false;
        Long until = avoidedUntilNanos.get(all.get(0));
        if (until == null) return false;
        if (until - time.nanoTime() > 0) return true;
        avoidedUntilNanos.remove(all.get(0));
        return false;
    }

    /**
     * Connects to one of the addresses after the first.
     *
     * @return a socket, or empty if no other address answers
     * @throws IOException if the thread is interrupted
     */
    Optional<Socket> connectToAnother(URI uri) throws IOException {
        List<InetAddress> all = of(uri);
        if (all.size() < 2) return Optional.empty();
        avoidedUntilNanos.put(all.get(0), time.nanoTime() + AVOID_FOR.toNanos());
        long wait = connectTimeout.toMillis() / OTHERS_WAIT_PARTS / (all.size() - 1);
        for (InetAddress address : all.subList(1, all.size())) {
            Optional<Socket> socket =
                    connect(new InetSocketAddress(address, port(uri)), (int) Math.max(WAIT_MIN_MILLIS, wait));
            if (socket.isPresent()) return socket;
        }
        avoidedUntilNanos.remove(all.get(0));
        return Optional.empty();
    }

    /**
     * Connects to one address; empty if the address does not answer. Uses a channel, because an interrupt ends the
     * connect of a channel.
     */
    private static Optional<Socket> connect(InetSocketAddress address, int waitMillis) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            Socket socket = channel.socket();
            socket.connect(address, waitMillis);
            socket.setTcpNoDelay(true);
            return Optional.of(socket);
        } catch (IOException | RuntimeException e) {
            channel.close();
            if (Thread.currentThread().isInterrupted()) throw new IOException("cancelled", e);
            return Optional.empty();
        }
    }

    /** Returns the addresses of the host for an error message, after all of them were tried. */
    String tried(URI uri) {
        List<String> tried = new ArrayList<>();
        for (InetAddress address : of(uri)) tried.add(address.getHostAddress());
        return tried.isEmpty() ? "" : "; tried " + String.join(", ", tried) + ", port " + port(uri);
    }
}
