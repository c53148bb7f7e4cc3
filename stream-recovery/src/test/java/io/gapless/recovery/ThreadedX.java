package io.gapless.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gapless.stream.post.Snowflake;
import io.gapless.stream.seam.Ending;
import io.gapless.stream.seam.Head;
import io.gapless.stream.seam.Request;
import io.gapless.stream.seam.Transport;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** An X in memory with a thread per connection, for tests on real threads. Search finds nothing. Thread-safe. */
final class ThreadedX implements Transport {
    static final String THREAD = "x-in-memory";

    private static final byte[] KEEP_ALIVE = "\r\n".getBytes(UTF_8);
    private static final String RULES = "{\"data\":[{\"id\":\"1\",\"value\":\"cat\",\"tag\":\"t\"}],\"meta\":{}}";
    private static final String NOTHING = "{\"meta\":{\"result_count\":0,\"total_tweet_count\":0}}";

    private final AtomicLong nextId = new AtomicLong(Snowflake.firstId(Instant.now()));
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    /** Sends a post on each open connection; returns its id. */
    long post() {
        long id = nextId.incrementAndGet();
        byte[] line = ("{\"data\":{\"id\":\"" + id + "\",\"text\":\"a cat\"}}\r\n").getBytes(UTF_8);
        open.forEach(connection -> connection.send(line));
        return id;
    }

    /** Resets each open connection. */
    void reset() {
        open.forEach(connection -> connection.end(new Ending(Ending.Kind.RESET, "reset on purpose")));
    }

    int connections() {
        return open.size();
    }

    @Override
    public Exchange open(Request request, Receiver receiver) {
        String path = request.uri().getPath();
        if (path.endsWith("/stream")) {
            Connection connection = new Connection(request, receiver);
            open.add(connection);
            Thread pump = new Thread(connection, THREAD);
            pump.setDaemon(true);
            pump.start();
            return connection;
        }
        answer(receiver, path.endsWith("/rules") ? RULES : NOTHING);
        return new Exchange() {
            @Override
            public void resume() {}

            @Override
            public void cancel() {}
        };
    }

    private static void answer(Receiver receiver, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        receiver.answered(new Head(200, Map.of()), System.nanoTime());
        receiver.bytes(bytes, bytes.length, System.nanoTime());
        receiver.ended(new Ending(Ending.Kind.COMPLETE, "all"), System.nanoTime());
    }

    @Override
    public void close() {
        open.forEach(Connection::cancel);
    }

    /** A connection to the stream; its thread tells the receiver. */
    private final class Connection implements Exchange, Runnable {
        private static final Ending CANCELLED = new Ending(Ending.Kind.CANCELLED, "closed by this program");

        private final Request request;
        private final Receiver receiver;
        private volatile @Nullable Thread thread;
        private volatile boolean asking = true;
        private final LinkedBlockingQueue<byte[]> lines = new LinkedBlockingQueue<>();
        private final Semaphore room = new Semaphore(0);
        private volatile @Nullable Ending ending;

        Connection(Request request, Receiver receiver) {
            this.request = request;
            this.receiver = receiver;
        }

        void send(byte[] line) {
            lines.add(line);
        }

        synchronized void end(Ending how) {
            if (ending == null) ending = how;
            lines.add(KEEP_ALIVE);
            room.release();
        }

        @Override
        public void run() {
            thread = Thread.currentThread();
            try {
                request.authorization().orElseThrow().call();
            } catch (Exception | Error e) {
                end(new Ending(Ending.Kind.NO_TOKEN, String.valueOf(e.getMessage())));
            } finally {
                asking = false;
                // A cancel was meant for the token alone.
                Thread.interrupted();
            }
            if (ending != null) {
                ended();
                return;
            }
            boolean goesOn = receiver.answered(new Head(200, Map.of()), System.nanoTime());
            send(KEEP_ALIVE);
            while (true) {
                // An end that came just before the permits were drained has lost its own.
                if (!goesOn && ending == null) room.acquireUninterruptibly();
                byte[] line = next();
                if (ending != null) {
                    ended();
                    return;
                }
                room.drainPermits();
                goesOn = receiver.bytes(line, line.length, System.nanoTime());
            }
        }

        private void ended() {
            open.remove(this);
            receiver.ended(Objects.requireNonNull(ending), System.nanoTime());
        }

        private byte[] next() {
            while (true) {
                try {
                    return lines.take();
                } catch (InterruptedException e) {
                    // Nobody means this thread.
                }
            }
        }

        @Override
        public void resume() {
            room.release();
        }

        @Override
        public void cancel() {
            end(CANCELLED);
            Thread waiting = thread;
            if (asking && waiting != null) waiting.interrupt();
        }
    }
}
