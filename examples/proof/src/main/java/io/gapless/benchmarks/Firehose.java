package io.gapless.benchmarks;

import io.gapless.proof.kit.Numbers;
import io.gapless.proof.kit.Piece;
import io.gapless.proof.kit.PostLines;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLServerSocketFactory;

/**
 * Serves the posts of a {@link Piece} on raw sockets, in a process of its own. To a client of the stream it sends posts
 * without end, either as fast as the client reads or at a fixed rate. A request with a {@code start_time} is a recovery
 * job, and gets a fixed number of posts within its span. The process prints its port, and runs until it is killed.
 */
public final class Firehose {
    private static final int JOB_POSTS = 200_000;
    private static final int SHORT_JOB_POSTS = 30_000;
    /**
     * The recovery jobs of spans that are older than this are short. A client recovers the oldest spans first, so it
     * soon completes whole jobs.
     */
    private static final Duration LONG_JOBS = Duration.ofHours(8).plusMinutes(10);

    private static final long PACE_NANOS = 200_000;
    private static final long SNOWFLAKE_EPOCH_MILLIS = 1_288_834_974_657L;
    private static final int COUNTER_MASK = (1 << 22) - 1;
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";
    private static final Pattern START = Pattern.compile("start_time=([^& ]+)");
    private static final Pattern END = Pattern.compile("end_time=([^& ]+)");

    private final int lineBytes;
    private final long rate;
    private final long burst;
    private long counter;

    private Firehose(int lineBytes, long rate, long burst) {
        this.lineBytes = lineBytes;
        this.rate = rate;
        this.burst = burst;
    }

    /**
     * Starts the server. The arguments are the length of a line in bytes; the posts per second, or 0 for no limit; the
     * number of posts that are sent at full speed before that rate begins; and whether to use TLS, with the key store
     * of the system properties.
     */
    public static void main(String[] words) throws IOException, GeneralSecurityException {
        Firehose firehose =
                new Firehose(Integer.parseInt(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
        InetAddress here = InetAddress.getLoopbackAddress();
        try (ServerSocket server = Boolean.parseBoolean(words[3])
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
            socket.setTcpNoDelay(true);
            String request = request(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            if (!request.contains("search/stream") || request.contains("/rules")) {
                String none = "{\"meta\":{\"sent\":\"2026-11-22T12:00:00.000Z\",\"result_count\":0}}";
                out.write(ascii(HEAD + "Content-Length: " + none.length() + "\r\n\r\n" + none));
                return;
            }
            out.write(ascii(HEAD + "Transfer-Encoding: chunked\r\n\r\n"));
            Piece piece = new Piece(PostLines.of(lineBytes, Piece.POSTS));
            Matcher start = START.matcher(request);
            Matcher end = END.matcher(request);
            if (start.find() && end.find()) sendJob(piece, time(start), time(end), out);
            else if (rate > 0) sendAtRate(piece, out);
            else send(Long.MAX_VALUE, piece, out);
        } catch (IOException e) {
            // The client has read enough posts and has closed the connection.
        }
    }

    private static Instant time(Matcher parameter) {
        return Instant.parse(parameter.group(1).replace("%3A", ":"));
    }

    /** Sends whole pieces as fast as the client reads, until at least this many posts are sent. */
    private void send(long posts, Piece piece, OutputStream out) throws IOException {
        for (long sent = 0; sent < posts; sent += Piece.POSTS) {
            for (int post = 0; post < Piece.POSTS; post++) piece.id(post, nextId());
            piece.writeTo(out, 0, Piece.POSTS);
        }
    }

    private void sendAtRate(Piece piece, OutputStream out) throws IOException {
        send(burst, piece, out);
        long fromNanos = System.nanoTime();
        long sent = 0;
        while (true) {
            long due = (System.nanoTime() - fromNanos) * rate / 1_000_000_000;
            while (sent < due) {
                int first = (int) (sent % Piece.POSTS);
                int behind = (int) Math.min(Piece.POSTS, first + due - sent);
                for (int post = first; post < behind; post++) {
                    piece.id(post, nextId());
                    piece.sent(post, System.nanoTime());
                }
                piece.writeTo(out, first, behind);
                sent += behind - first;
            }
            LockSupport.parkNanos(PACE_NANOS);
        }
    }

    private static void sendJob(Piece piece, Instant from, Instant until, OutputStream out) throws IOException {
        int posts = from.isBefore(Instant.now().minus(LONG_JOBS)) ? SHORT_JOB_POSTS : JOB_POSTS;
        Duration step = Duration.between(from, until).dividedBy(posts + Piece.POSTS);
        for (int first = 0; first < posts; first += Piece.POSTS) {
            for (int post = 0; post < Piece.POSTS; post++) {
                int n = first + post;
                piece.id(post, id(from.plus(step.multipliedBy(n)), n));
            }
            piece.writeTo(out, 0, Piece.POSTS);
        }
        out.write(ascii("0\r\n\r\n"));
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
        return id(Instant.now(), counter++);
    }

    /** Returns the id of the n-th post that was created in a millisecond. */
    static long id(Instant created, long n) {
        return created.toEpochMilli() - SNOWFLAKE_EPOCH_MILLIS << 22 | n & COUNTER_MASK;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
