package io.gapless.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLServerSocketFactory;

/**
 * A process that serves posts without end, faster than any client reads: on a raw socket, from one prebuilt piece of
 * HTTP/1.1, a chunk per post, in which only the ids are written anew. It tells its port, and lives until it is killed.
 *
 * <pre>
 *   63F CR LF {"data":{… "id":"1990000000000000000" …}} CR LF CR LF   63F CR LF …
 *   └ chunk ┘ └ the post's line, its ids patched       ┘└─ LF of the line, then of the chunk
 * </pre>
 */
public final class Firehose {
    private static final int LINES = 512;
    private static final int ID_DIGITS = 19;
    private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;
    private static final int COUNTER_MASK = (1 << 22) - 1;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    private final List<byte[]> lines;
    private long counter;

    private Firehose(int lineBytes) {
        lines = PostLines.of(lineBytes, LINES);
    }

    /** The line's length, and anything for TLS with the key store of the system properties. */
    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        Firehose firehose = new Firehose(Integer.parseInt(arguments[0]));
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket server = arguments.length > 1
                ? SSLServerSocketFactory.getDefault().createServerSocket(0, 50, here)
                : new ServerSocket(0, 50, here)) {
            Numbers.tell("port", server.getLocalPort());
            while (true) {
                Socket socket = server.accept();
                new Thread(() -> firehose.serve(socket)).start();
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = request(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            if (!request.contains("search/stream") || request.contains("/rules")) {
                String none = "{\"meta\":{\"sent\":\"2026-11-22T12:00:00.000Z\",\"result_count\":0}}";
                out.write((HEAD + "Content-Length: " + none.length() + "\r\n\r\n" + none)
                        .getBytes(StandardCharsets.US_ASCII));
                return;
            }
            out.write((HEAD + "Transfer-Encoding: chunked\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            Piece piece = new Piece(lines);
            while (true) {
                for (int post = 0; post < LINES; post++) piece.write(post, nextId());
                out.write(piece.bytes);
            }
        } catch (IOException e) {
            // The client has seen enough.
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        while (request.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) throw new IOException("no request");
            request.append((char) next);
        }
        return request.toString();
    }

    private synchronized long nextId() {
        return (System.currentTimeMillis() - SNOWFLAKE_EPOCH_MILLIS) << 22 | counter++ & COUNTER_MASK;
    }

    /** All lines once, chunked, and where their ids stand. */
    private static final class Piece {
        private static final byte[] PLACEHOLDER = PostLines.ID.getBytes(StandardCharsets.US_ASCII);

        private final byte[] bytes;
        private final List<int[]> places = new ArrayList<>();

        Piece(List<byte[]> lines) {
            ByteArrayOutputStream piece = new ByteArrayOutputStream();
            for (byte[] line : lines) {
                piece.writeBytes((Integer.toHexString(line.length + 2) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                places.add(places(line, piece.size()));
                piece.writeBytes(line);
                piece.writeBytes("\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            bytes = piece.toByteArray();
        }

        private static int[] places(byte[] line, int offset) {
            List<Integer> found = new ArrayList<>();
            for (int at = 0; at + PLACEHOLDER.length <= line.length; at++) {
                if (java.util.Arrays.equals(line, at, at + PLACEHOLDER.length, PLACEHOLDER, 0, PLACEHOLDER.length)) {
                    found.add(offset + at);
                }
            }
            return found.stream().mapToInt(Integer::intValue).toArray();
        }

        void write(int post, long id) {
            int[] at = places.get(post);
            long rest = id;
            for (int digit = ID_DIGITS - 1; digit >= 0; digit--) {
                bytes[at[0] + digit] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
            for (int i = 1; i < at.length; i++) System.arraycopy(bytes, at[0], bytes, at[i], ID_DIGITS);
        }
    }
}
