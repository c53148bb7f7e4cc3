package io.gapless.stream.seam;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Connects one exchange of the JDK's client to an address that the client would not try itself. The client uses the
 * tunnel as its proxy, so the host name stays in the request, in SNI and in the check of the certificate.
 *
 * <pre>
 *  client ── CONNECT host:443 (https) ────────┐
 *         ── GET http://host:80/path (http) ──┴─ loopback listener ── socket to the chosen address
 * </pre>
 *
 * <p>The listener accepts connections until one of them sends the password that only this exchange has. Then the
 * listener closes. Two threads copy the bytes, one for each direction. A reset on one side becomes a reset on the
 * other.
 */
final class Tunnel implements Closeable {
    private static final int HEAD_MAX_BYTES = 256 * 1024;
    private static final int COPY_BYTES = 16 * 1024;
    private static final int CLIENT_WAIT_MILLIS = 5_000;

    private final URI target;
    private final Socket server;
    private final ServerSocket listener;
    private final String password;
    private volatile @Nullable Socket client;

    private Tunnel(URI target, Socket server, ServerSocket listener, String password) {
        this.target = target;
        this.server = server;
        this.listener = listener;
        this.password = password;
    }

    /**
     * Opens the listener and waits for the client on a thread of the executor.
     *
     * @param target the address that the client requests
     * @param server a socket that is connected to one of the host's addresses; closed with the tunnel
     */
    static Tunnel open(URI target, Socket server, Executor threads) throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        // Not Basic: by default the JDK does not send Basic passwords to a proxy for https.
        String password = "Gapless " + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Tunnel tunnel = new Tunnel(target, server, listener, password);
        try {
            threads.execute(() -> tunnel.run(threads));
        } catch (RejectedExecutionException e) {
            tunnel.close();
            throw new IOException("the transport is closed", e);
        }
        return tunnel;
    }

    ProxySelector asProxy() {
        return ProxySelector.of(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()));
    }

    /** Returns the value of the Proxy-Authorization header by which the tunnel recognises the client. */
    String password() {
        return password;
    }

    private void run(Executor threads) {
        try {
            Socket accepted = accept();
            threads.execute(() -> copy(accepted, server));
            copy(server, accepted);
        } catch (IOException | RejectedExecutionException e) {
            // The client did not connect, or has disconnected. The ending of the client's exchange shows why.
            close();
        }
    }

    /**
     * Waits for the client, handles the head of its request, and closes the listener. Returns the client's connection.
     */
    private Socket accept() throws IOException {
        try (listener) {
            listener.setSoTimeout(CLIENT_WAIT_MILLIS);
            while (true) {
                Socket caller = listener.accept();
                caller.setSoTimeout(CLIENT_WAIT_MILLIS);
                caller.setTcpNoDelay(true);
                client = caller;
                String head = readHead(caller.getInputStream());
                if (isOurs(head)) {
                    begin(caller, head);
                    caller.setSoTimeout(0);
                    return caller;
                }
                caller.close();
            }
        }
    }

    private boolean isOurs(String head) {
        byte[] shown = header(head, "proxy-authorization").getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(shown, password.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void begin(Socket caller, String head) throws IOException {
        String first = head.substring(0, head.indexOf("\r\n"));
        if (first.startsWith("CONNECT ")) {
            write(caller.getOutputStream(), "HTTP/1.1 200 Connection established\r\n\r\n");
            return;
        }
        // The request to a proxy has the whole address; the server behind the proxy expects only the path.
        String origin = target.getScheme() + "://" + target.getRawAuthority();
        String path = first.replaceFirst("^(\\S+) \\Q" + origin + "\\E/?", "$1 /");
        write(
                server.getOutputStream(),
                path + head.substring(first.length()).replaceFirst("(?im)^proxy-authorization:.*\r\n", ""));
    }

    private static String header(String head, String name) {
        for (String line : head.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equalsIgnoreCase(name))
                return line.substring(colon + 1).strip();
        }
        return "";
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Reads up to the empty line, byte by byte, because the bytes after it belong to the body. */
    private static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            if (next < 0 || head.size() == HEAD_MAX_BYTES) throw new IOException("no request came through the tunnel");
            head.write(next);
            if (next == (matched % 2 == 0 ? '\r' : '\n')) matched++;
            else matched = next == '\r' ? 1 : 0;
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private void copy(Socket from, Socket to) {
        byte[] buffer = new byte[COPY_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) out.write(buffer, 0, length);
            to.shutdownOutput();
            if (from.isOutputShutdown()) close();
        } catch (IOException e) {
            reset(to);
            reset(from);
        }
    }

    /** Closes a socket with a reset, to show its peer that the other side did not end in order. */
    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // The socket is closed already.
        }
    }

    @Override
    public void close() {
        Socket caller = client;
        try (listener;
                server;
                caller) {
            // Leaving this block closes the listener and both sockets, even if closing one of them throws.
            return;
        } catch (IOException e) {
            // Nothing else can be freed.
        }
    }
}
