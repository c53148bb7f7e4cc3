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
 * The addresses of hosts. The JDK's client tries the first address of a name and no other; this class connects to the
 * others. It remembers for a while which first address did not answer, so that each request does not wait for it again.
 * Thread-safe.
 */
final class Addresses {
    private static final Duration AVOID_FOR = Duration.ofMinutes(5);
    /** Of the other addresses together; a header deadline of twice the client's own wait holds both. */
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

    /** Looks a name up; the first address is the one that the client chooses. */
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

    /** Whether the first address of a host with several did not answer a short while ago. */
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
     * Connects to another address than the first.
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

    /** By a channel, since an interrupt ends its wait. */
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

    /** For people: which addresses the name has, all of which were tried. */
    String tried(URI uri) {
        List<String> tried = new ArrayList<>();
        for (InetAddress address : of(uri)) tried.add(address.getHostAddress());
        return tried.isEmpty() ? "" : "; tried " + String.join(", ", tried) + ", port " + port(uri);
    }
}
