package io.gapless.stream.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * A server that sends the bytes of a script and nothing else. Each connection is read to the end of its request's head,
 * answered by the script, and then kept open until the client closes it. Thread-safe.
 */
final class RawServer implements AutoCloseable {
    /** What a connection is answered. */
    @FunctionalInterface
    interface Script {
        void answer(Peer peer) throws IOException;
    }

    static final String STREAM = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final ServerSocket listener;
    private final Script script;
    private final List<Socket> open = new ArrayList<>();
    private final List<String> heads = new ArrayList<>();
    private int closedByClient;

    RawServer(Script script) {
        this.script = script;
        try {
            listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        daemon(this::accept);
    }

    /** A server with one answer of a status, a body and its length. */
    static RawServer answering(String statusAndHeaders, String body) {
        return new RawServer(peer -> peer.send("HTTP/1.1 " + statusAndHeaders + "\r\nContent-Length: "
                + body.getBytes(UTF_8).length + "\r\n\r\n" + body));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", listener.getLocalPort());
    }

    /** The heads of all requests, with their headers. */
    synchronized List<String> heads() {
        return List.copyOf(heads);
    }

    synchronized String awaitHead() throws InterruptedException {
        awaitCount(() -> heads.size() > 0);
        return heads.get(0);
    }

    /** Waits until the client has closed so many connections. */
    synchronized boolean awaitClosedByClient(int count) throws InterruptedException {
        return awaitCount(() -> closedByClient >= count);
    }

    private boolean awaitCount(BooleanSupplier reached) throws InterruptedException {
        long untilNanos = System.nanoTime() + Recorder.SOON.toNanos();
        while (!reached.getAsBoolean()) {
            long restMillis = Duration.ofNanos(untilNanos - System.nanoTime()).toMillis();
            if (restMillis <= 0) return false;
            wait(restMillis);
        }
        return true;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                synchronized (this) {
                    open.add(socket);
                }
                daemon(() -> serve(socket));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        Peer peer = new Peer(socket);
        try {
            peer.readHead();
            synchronized (this) {
                heads.add(peer.head());
                notifyAll();
            }
            script.answer(peer);
            if (!socket.isClosed()) peer.awaitEnd();
        } catch (IOException e) {
            // The client has reset the connection, or the test is over.
        }
        boolean byClient = !socket.isClosed() && !peer.head().isEmpty();
        closeQuietly(socket);
        synchronized (this) {
            if (byClient) closedByClient++;
            notifyAll();
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Gone either way.
        }
    }

    @Override
    public synchronized void close() throws IOException {
        listener.close();
        for (Socket socket : open) socket.close();
    }

    private static void daemon(Runnable body) {
        Thread thread = new Thread(body, "raw-server");
        thread.setDaemon(true);
        thread.start();
    }

    /** The client at the other end of one connection. */
    static final class Peer {
        private final Socket socket;
        private String head = "";

        Peer(Socket socket) {
            this.socket = socket;
        }

        Socket socket() {
            return socket;
        }

        /** The request line and the headers. */
        String head() {
            return head;
        }

        private void readHead() throws IOException {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            InputStream in = socket.getInputStream();
            while (!read.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) throw new IOException("the client closed before its request was whole");
                read.write(next);
            }
            head = read.toString(ISO_8859_1);
        }

        void send(String text) throws IOException {
            send(text.getBytes(UTF_8));
        }

        void send(byte[] bytes) throws IOException {
            socket.getOutputStream().write(bytes);
        }

        void sendChunk(byte[] bytes) throws IOException {
            ByteArrayOutputStream chunk = new ByteArrayOutputStream();
            chunk.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1));
            chunk.writeBytes(bytes);
            chunk.writeBytes("\r\n".getBytes(ISO_8859_1));
            send(chunk.toByteArray());
        }

        void close() throws IOException {
            socket.close();
        }

        private void awaitEnd() throws IOException {
            InputStream in = socket.getInputStream();
            byte[] ignored = new byte[1_024];
            while (in.read(ignored) >= 0) {
                // What a client still sends is of no interest.
            }
        }
    }
}
