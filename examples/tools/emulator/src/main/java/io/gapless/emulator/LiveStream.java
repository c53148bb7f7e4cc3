package io.gapless.emulator;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes one live connection. MockWebServer's thread for the connection is the writing thread: it owns the state of
 * this object, and takes the generated posts that are due from the {@link GeneratedFeed}. Other threads send orders to
 * the writing thread. A published post comes as an order.
 */
final class LiveStream extends StreamBody {
    private static final int ORDERS_MAX = 100_000;
    private static final long GENERATED_PAUSE_MILLIS = 20;
    private static final long IDLE_PAUSE_MILLIS = 60_000;
    private static final byte[] KEEP_ALIVE = {'\r', '\n'};

    private final XTime time;
    private final SharedClock clock;
    private final boolean oneClock;
    private final PostHistory history;
    private final GeneratedFeed feed;
    private final Duration keepAlive;
    private final int backfillMinutes;
    private final LastSentPost last = new LastSentPost();
    private final LineBuffer buffer = new LineBuffer();
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>(ORDERS_MAX);
    private final List<Fault> armed = new ArrayList<>();
    private List<Fault> faultsAtStart = List.of();
    private long lastWriteNanos;
    private int bufferedPosts;
    private boolean over;
    private boolean silent;
    private volatile SharedClock.@Nullable Party writer;

    /** A request of another thread to the writing thread. */
    private sealed interface Order {
        record Publish(EmulatedPost post, RuleBook.Edition inForce) implements Order {}

        record Raw(byte[] bytes) implements Order {}

        record Inject(Fault fault) implements Order {}

        record End(ConnectionEnd cause) implements Order {}

        /** Wakes the writing thread, so that it notices that the connection is gone, or that X's time has jumped. */
        record WakeUp() implements Order {}
    }

    LiveStream(
            Opening opening,
            XTime time,
            SharedClock clock,
            boolean oneClock,
            PostHistory history,
            GeneratedFeed feed,
            Duration keepAlive,
            int backfillMinutes) {
        super(opening);
        this.time = time;
        this.clock = clock;
        this.oneClock = oneClock;
        this.lastWriteNanos = clock.nanoTime();
        this.history = history;
        this.feed = feed;
        this.keepAlive = keepAlive;
        this.backfillMinutes = backfillMinutes;
    }

    @Override
    boolean isJob() {
        return false;
    }

    /** Queues a post, which the writing thread sends if a rule in {@code inForce} matches it. */
    void send(EmulatedPost post, RuleBook.Edition inForce) {
        give(new Order.Publish(post, inForce));
    }

    void send(byte[] bytes) {
        give(new Order.Raw(bytes));
    }

    void inject(Fault fault) {
        give(new Order.Inject(fault));
    }

    /** Lets the writing thread look at X's time again. */
    void wake() {
        give(new Order.WakeUp());
    }

    @Override
    void end(ConnectionEnd cause) {
        give(new Order.End(cause));
    }

    /**
     * Gives an order to the writing thread. If 100,000 orders wait already, resets the connection with {@link
     * ConnectionEnd#SLOW_READER} as the cause.
     */
    private void give(Order order) {
        if (!orders.offer(order) && !socket.isGone()) {
            socket.reset(ConnectionEnd.SLOW_READER);
        }
        SharedClock.Party waits = writer;
        if (waits != null) waits.release();
    }

    /** Sets the faults that the connection begins with. Must be called before {@link #writeTo}. */
    void beginWith(List<Fault> faults) {
        faultsAtStart = faults;
    }

    @Override
    void writeAll(ChunkWriter chunks) throws IOException, InterruptedException {
        SharedClock.Party own = clock.enter();
        writer = own;
        try {
            socket.onGone(this::wake);
            writeLines(own, chunks);
        } finally {
            writer = null;
            own.leave();
        }
    }

    private void writeLines(SharedClock.Party own, ChunkWriter chunks) throws IOException, InterruptedException {
        for (Fault fault : faultsAtStart) {
            arm(fault, chunks);
        }
        if (nanosToKeepAlive() != Long.MAX_VALUE && !silent && !over) {
            // The first keep-alive is sent at once, so that the client knows without delay that the stream has begun.
            write(KEEP_ALIVE, KEEP_ALIVE.length, chunks);
        }
        writeBackfill(chunks);
        while (!over && !socket.isGone()) {
            step(own, chunks);
        }
    }

    private void step(SharedClock.Party own, ChunkWriter chunks) throws IOException, InterruptedException {
        Order order = orders.poll();
        if (order == null && !writeDuePosts(chunks)) {
            keepAlive(chunks);
            own.await(TimeUnit.MILLISECONDS.toNanos(pauseMillis()));
            order = orders.poll();
        }
        if (order != null) {
            obey(order, chunks);
        }
    }

    private void obey(Order order, ChunkWriter chunks) throws IOException {
        if (order instanceof Order.End end) {
            socket.overrideEnd(end.cause());
            over = true;
        } else if (!silent) {
            if (order instanceof Order.Publish publish) {
                add(publish.post(), publish.inForce());
                writeBuffer(chunks);
            } else if (order instanceof Order.Raw raw) {
                write(raw.bytes(), raw.bytes().length, chunks);
            } else if (order instanceof Order.Inject inject) {
                arm(inject.fault(), chunks);
            }
        }
    }

    private void writeBackfill(ChunkWriter chunks) throws IOException {
        long fromMillis = openedMillis() - 60_000L * backfillMinutes;
        if (over || silent || fromMillis == openedMillis()) {
            return;
        }
        // A published post is sent live only if the stream has its slot by then, so the backfill ends at that time. The
        // feed of generated posts begins at the opening, which is earlier.
        Iterator<EmulatedPost> posts =
                history.oldestFirst(Snowflake.firstAt(fromMillis), Snowflake.firstAt(slotMillis() + 1), openedMillis());
        while (posts.hasNext() && !over && !silent && !socket.isGone()) {
            add(posts.next(), lines.rulesNow());
            if (buffer.size() >= FULL_BYTES || !armed.isEmpty() || !posts.hasNext()) {
                writeBuffer(chunks);
            }
        }
    }

    /** Writes the generated posts that are due. Returns false if no post is due. */
    private boolean writeDuePosts(ChunkWriter chunks) throws IOException {
        if (silent) {
            return false;
        }
        int atMost = armed.stream().mapToInt(Fault::posts).min().orElse(Integer.MAX_VALUE);
        int posts = feed.appendDue(buffer, lines, last, time.millis(), atMost);
        countSent(posts);
        bufferedPosts += posts;
        writeBuffer(chunks);
        return posts > 0;
    }

    private void add(EmulatedPost post, RuleBook.Edition inForce) {
        LineTemplate line = lines.line(post.template(), post.id(), inForce);
        if (line != null) {
            line.appendTo(buffer, post.id());
            last.set(line, post.id());
            countSent(1);
            bufferedPosts++;
        }
    }

    private void writeBuffer(ChunkWriter chunks) throws IOException {
        write(buffer.bytes(), buffer.size(), chunks);
        buffer.clear();
        int posts = bufferedPosts;
        bufferedPosts = 0;
        playAfter(posts, chunks);
    }

    private void write(byte[] bytes, int length, ChunkWriter chunks) throws IOException {
        if (length > 0) {
            chunks.write(bytes, 0, length);
            lastWriteNanos = clock.nanoTime();
        }
    }

    private void keepAlive(ChunkWriter chunks) throws IOException {
        if (nanosToKeepAlive() <= 0 && !silent) {
            write(KEEP_ALIVE, KEEP_ALIVE.length, chunks);
        }
    }

    private long nanosToKeepAlive() {
        long interval = keepAlive.toNanos();
        return interval == 0 ? Long.MAX_VALUE : interval - (clock.nanoTime() - lastWriteNanos);
    }

    /**
     * Returns how long to wait for an order, in milliseconds. While posts are generated by a clock of the test's own, the
     * wait is at most 20 ms, since posts become due at once if that clock jumps.
     */
    private long pauseMillis() {
        long untilKeepAlive = Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanosToKeepAlive()) + 1);
        if (silent) {
            return IDLE_PAUSE_MILLIS;
        }
        if (feed.isSilent()) {
            return Math.min(IDLE_PAUSE_MILLIS, untilKeepAlive);
        }
        long untilPost = feed.millisUntilNext(time.millis());
        long untilNext = Math.min(untilPost, untilKeepAlive);
        return Math.max(1, oneClock ? untilNext : Math.min(GENERATED_PAUSE_MILLIS, untilNext));
    }

    private void arm(Fault fault, ChunkWriter chunks) throws IOException {
        if (fault.posts() == 0) {
            play(fault, chunks);
        } else {
            armed.add(fault);
        }
    }

    private void playAfter(int posts, ChunkWriter chunks) throws IOException {
        if (posts == 0 || armed.isEmpty()) {
            return;
        }
        List<Fault> before = List.copyOf(armed);
        armed.clear();
        for (Fault fault : before) {
            arm(fault.afterPosts(Math.max(0, fault.posts() - posts)), chunks);
        }
    }

    private void play(Fault fault, ChunkWriter chunks) throws IOException {
        if (over || silent) {
            return;
        }
        switch (fault.kind()) {
            case EOF -> over = true;
            case CLOSE_WITHOUT_FINAL_CHUNK -> socket.close(ConnectionEnd.SERVER_TORN);
            case RESET -> socket.reset(ConnectionEnd.SERVER_RESET);
            case HALF_OPEN -> {
                socket.declareEnd(ConnectionEnd.HALF_OPEN);
                silent = true;
            }
            default -> sendFaultyLines(fault, chunks);
        }
    }

    private void sendFaultyLines(Fault fault, ChunkWriter chunks) throws IOException {
        for (byte[] chunk : new FaultyLines(lines, last, history, time).chunks(fault)) {
            write(chunk, chunk.length, chunks);
        }
        if (fault.kind().where == Misbehaviour.Where.LIVE_END) {
            over = !fault.keepsOpen();
            silent = fault.keepsOpen();
        }
    }
}
