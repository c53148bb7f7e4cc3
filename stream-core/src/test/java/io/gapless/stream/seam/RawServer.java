package io.gapless.stream.seam;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * A server that does to a socket what a test says, byte by byte. Each connection runs the script on a thread of its own;
 * when the script returns, the socket stays open until the client closes it, which {@link Peer#gone} tells.
 */
public final class RawServer implements AutoCloseable {
    /** What to do with a connection. */
    @FunctionalInterface
    public interface Script {
        void serve(Peer peer) throws Exception;
    }

    private static final int PATIENCE_SECONDS = 20;

    private final ServerSocket listening;
    private final boolean secure;
    private final Script script;
    private final CopyOnWriteArrayList<Peer> all = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();

    private RawServer(ServerSocket listening, boolean secure, Script script) {
        this.listening = listening;
        this.secure = secure;
        this.script = script;
        daemon("raw-server", this::acceptAll);
    }

    public static RawServer start(Script script) throws IOException {
        return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), false, script);
    }

    /** The script runs for each connection once the head of its request has been read. */
    public static RawServer responding(Script script) throws IOException {
        return start(peer -> {
            peer.readHead();
            script.serve(peer);
        });
    }

    /** A whole response to the request of each connection. */
    public static RawServer answering(String statusAndHeaders, String body) throws IOException {
        return responding(peer -> peer.answer(statusAndHeaders, body));
    }

    static RawServer startAt(InetAddress address, Script script) throws IOException {
        return new RawServer(new ServerSocket(0, 50, address), false, script);
    }

    static RawServer startTls(SSLContext context, Script script) throws IOException {
        return startTlsAt(InetAddress.getLoopbackAddress(), context, script);
    }

    static RawServer startTlsAt(InetAddress address, SSLContext context, Script script) throws IOException {
        ServerSocket socket = context.getServerSocketFactory().createServerSocket(0, 50, address);
        return new RawServer(socket, true, script);
    }

    public URI uri() {
        return URI.create((secure ? "https" : "http") + "://localhost:" + port());
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Waits for the next connection. */
    public Peer nextPeer() throws InterruptedException {
        Peer peer = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (peer == null) throw new AssertionError("no connection came within " + PATIENCE_SECONDS + " s");
        return peer;
    }

    public int connections() {
        return all.size();
    }

    /** Waits until each client has closed each of its sockets. */
    void awaitAllGone() {
        all.forEach(Peer::awaitGone);
    }

    /** Those whose clients still hold their end. */
    long open() {
        return all.stream().filter(peer -> !peer.gone.isDone()).count();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Peer peer : all) peer.socket.close();
    }

    private void acceptAll() {
        while (true) {
            Socket socket;
            try {
                socket = listening.accept();
            } catch (IOException e) {
                return; // The test is over.
            }
            Peer peer = new Peer(socket);
            all.add(peer);
            accepted.add(peer);
            daemon("raw-server-peer", () -> serve(peer));
        }
    }

    private void serve(Peer peer) {
        try {
            script.serve(peer);
            InputStream in = peer.socket.getInputStream();
            while (in.read() >= 0) continue;
        } catch (IOException e) {
            // A closed or reset socket is what many scripts are about.
        } catch (Exception e) {
            throw new AssertionError("the script failed", e);
        } finally {
            peer.gone.complete(System.nanoTime());
        }
    }

    private static void daemon(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One accepted connection. */
    public static final class Peer {
        private final Socket socket;
        private final CompletableFuture<Long> gone = new CompletableFuture<>();
        private final CompletableFuture<String> head = new CompletableFuture<>();

        private Peer(Socket socket) {
            this.socket = socket;
        }

        /** Reads a request up to its empty line. */
        public String readHead() throws IOException {
            StringBuilder text = new StringBuilder();
            InputStream in = socket.getInputStream();
            while (text.length() < 4 || text.indexOf("\r\n\r\n", text.length() - 4) < 0) {
                int b = in.read();
                if (b < 0) throw new IOException("the client closed inside the head");
                text.append((char) b);
            }
            head.complete(text.toString());
            return text.toString();
        }

        /** The request's head, once the script has read it. */
        public String head() {
            return head.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }

        public String readBody(int length) throws IOException {
            return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
        }

        public Peer write(String text) throws IOException {
            return write(text.getBytes(StandardCharsets.UTF_8));
        }

        public Peer write(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        }

        /** Reads the request and begins an endless body. */
        Peer beginStream() throws IOException {
            readHead();
            return write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        Peer chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            return write(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
        }

        public Peer chunk(byte[] bytes) throws IOException {
            return write(Integer.toHexString(bytes.length) + "\r\n")
                    .write(bytes)
                    .write("\r\n");
        }

        Peer lastChunk() throws IOException {
            return write("0\r\n\r\n");
        }

        /** Answers with a whole response; the connection may be used again. */
        public Peer answer(String statusAndHeaders, String body) throws IOException {
            int length = body.getBytes(StandardCharsets.UTF_8).length;
            return write("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: " + length + "\r\n\r\n" + body);
        }

        /** Says yes to a CONNECT and carries bytes both ways until either side ends. */
        public void tunnelTo(int port) throws IOException {
            try (Socket far = new Socket(InetAddress.getLoopbackAddress(), port)) {
                write("HTTP/1.1 200 Connection established\r\n\r\n");
                daemon("raw-server-tunnel", () -> carry(far, socket));
                carry(socket, far);
            }
        }

        private static void carry(Socket from, Socket to) {
            try (from;
                    to) {
                from.getInputStream().transferTo(to.getOutputStream());
            } catch (IOException e) {
                // Either side has ended.
            }
        }

        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Waits until the client has closed its end; the moment on {@link System#nanoTime}. */
        public long awaitGone() {
            return gone.copy().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }

        boolean isGone() {
            return gone.isDone();
        }
    }
}
