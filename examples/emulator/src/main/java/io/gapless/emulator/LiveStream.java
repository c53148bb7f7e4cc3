package io.gapless.emulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One live connection. The server's thread for the connection runs {@link #writeTo}, which owns all its state; others
 * send it orders. Generated posts are pulled when they are due, published ones come as orders.
 */
final class LiveStream extends StreamBody {
    private static final int ORDERS_WAITING = 100_000;
    private static final long LONGEST_PAUSE_MILLIS = 20;
    private static final long IDLE_PAUSE_MILLIS = 1_000;
    private static final byte[] KEEP_ALIVE = {'\r', '\n'};

    private final LiveFeed feed;
    private final LiveFeed.LastPost last = new LiveFeed.LastPost();
    private final LineBuffer buffer = new LineBuffer();
    private final BlockingQueue<Order> orders = new LinkedBlockingQueue<>(ORDERS_WAITING);
    private final List<Fault> armed = new ArrayList<>();
    private final int backfillMinutes;
    private List<Fault> faultsAtTheStart = List.of();
    private long lastWriteNanos = System.nanoTime();
    private int pending;
    private boolean over;
    private boolean silent;

    /** What another thread may ask of a connection. */
    sealed interface Order {
        record Publish(EmulatedPost post, RuleBook.Edition inForce) implements Order {}

        record Raw(byte[] bytes) implements Order {}

        record Strike(Fault fault) implements Order {}

        record End(ConnectionEnd cause) implements Order {}

        /** The connection is gone. */
        record Gone() implements Order {}
    }

    LiveStream(
            World world,
            Wire wire,
            Request request,
            FieldSelection fields,
            boolean everyPost,
            int backfillMinutes,
            boolean compressed) {
        super(world, wire, request, new LineMaker(world.rules(), fields, everyPost), compressed);
        this.backfillMinutes = backfillMinutes;
        this.feed = new LiveFeed(world.generator(), world.settings(), openedMillis());
    }

    /** Gives an order; a connection that does not keep up with them is cut off as a slow reader. */
    @Override
    void tell(Order order) {
        if (!orders.offer(order) && !wire.isGone()) {
            wire.reset(ConnectionEnd.SLOW_READER);
        }
    }

    /** Sets what strikes before the first post; called before the writing begins. */
    void beginWith(List<Fault> faults) {
        faultsAtTheStart = faults;
    }

    @Override
    void writeAll(ChunkWriter chunks) throws IOException, InterruptedException {
        wire.whenGone(() -> orders.offer(new Order.Gone()));
        for (Fault fault : faultsAtTheStart) {
            arm(fault, chunks);
        }
        if (nanosToKeepAlive() != Long.MAX_VALUE && !silent && !over) {
            // At once, so that nobody waits for the first one to know that the stream is up.
            write(KEEP_ALIVE, KEEP_ALIVE.length, chunks);
        }
        writeBackfill(chunks);
        while (!over && !wire.isGone()) {
            step(chunks);
        }
    }

    private void step(ChunkWriter chunks) throws IOException, InterruptedException {
        Order order = orders.poll();
        if (order == null && !writeDuePosts(chunks)) {
            keepAlive(chunks);
            order = orders.poll(pauseMillis(), TimeUnit.MILLISECONDS);
        }
        if (order != null) {
            obey(order, chunks);
        }
    }

    private void obey(Order order, ChunkWriter chunks) throws IOException {
        if (order instanceof Order.End end) {
            wire.endsAfterAll(end.cause());
            over = true;
        } else if (!silent) {
            if (order instanceof Order.Publish publish) {
                add(publish.post(), publish.inForce());
                writeBuffer(chunks);
            } else if (order instanceof Order.Raw raw) {
                write(raw.bytes(), raw.bytes().length, chunks);
            } else if (order instanceof Order.Strike strike) {
                arm(strike.fault(), chunks);
            }
        }
    }

    private void writeBackfill(ChunkWriter chunks) throws IOException {
        long fromMillis = openedMillis() - 60_000L * backfillMinutes;
        if (over || silent || fromMillis == openedMillis()) {
            return;
        }
        Iterator<EmulatedPost> posts = world.history()
                .oldestFirst(Snowflake.firstAt(fromMillis), Snowflake.firstAt(openedMillis() + 1), openedMillis());
        while (posts.hasNext() && !over && !silent && !wire.isGone()) {
            add(posts.next(), world.rules().current());
            if (buffer.size() >= FULL_BYTES || !armed.isEmpty() || !posts.hasNext()) {
                writeBuffer(chunks);
            }
        }
    }

    /** Writes what is due by now; false if that is nothing. */
    private boolean writeDuePosts(ChunkWriter chunks) throws IOException {
        if (silent) {
            return false;
        }
        int atMost = armed.stream().mapToInt(Fault::posts).min().orElse(Integer.MAX_VALUE);
        int posts = feed.appendDue(buffer, lines, last, world.time().millis(), atMost);
        sent(posts);
        pending += posts;
        writeBuffer(chunks);
        return posts > 0;
    }

    private void add(EmulatedPost post, RuleBook.Edition inForce) {
        LineTemplate line = lines.line(post.template(), inForce);
        if (line != null) {
            line.appendTo(buffer, post.id());
            last.line = line;
            last.id = post.id();
            sent(1);
            pending++;
        }
    }

    private void writeBuffer(ChunkWriter chunks) throws IOException {
        write(buffer.bytes(), buffer.size(), chunks);
        buffer.clear();
        int posts = pending;
        pending = 0;
        strikeAfter(posts, chunks);
    }

    private void write(byte[] bytes, int length, ChunkWriter chunks) throws IOException {
        if (length > 0) {
            chunks.write(bytes, 0, length);
            lastWriteNanos = System.nanoTime();
        }
    }

    private void keepAlive(ChunkWriter chunks) throws IOException {
        if (nanosToKeepAlive() <= 0 && !silent) {
            write(KEEP_ALIVE, KEEP_ALIVE.length, chunks);
        }
    }

    private long nanosToKeepAlive() {
        long interval = world.settings().keepAlive().toNanos();
        return interval == 0 ? Long.MAX_VALUE : interval - (System.nanoTime() - lastWriteNanos);
    }

    /** The wall clock may jump, so where posts come by themselves the pause is short. */
    private long pauseMillis() {
        long untilKeepAlive = Math.max(0, TimeUnit.NANOSECONDS.toMillis(nanosToKeepAlive()) + 1);
        if (silent) {
            return IDLE_PAUSE_MILLIS;
        }
        if (world.generator().isSilent()) {
            return Math.min(IDLE_PAUSE_MILLIS, untilKeepAlive);
        }
        long untilPost = feed.millisUntilNext(world.time().millis());
        return Math.max(1, Math.min(LONGEST_PAUSE_MILLIS, Math.min(untilPost, untilKeepAlive)));
    }

    private void arm(Fault fault, ChunkWriter chunks) throws IOException {
        if (fault.posts() == 0) {
            strike(fault, chunks);
        } else {
            armed.add(fault);
        }
    }

    private void strikeAfter(int posts, ChunkWriter chunks) throws IOException {
        if (posts == 0 || armed.isEmpty()) {
            return;
        }
        List<Fault> before = List.copyOf(armed);
        armed.clear();
        for (Fault fault : before) {
            arm(fault.afterPosts(Math.max(0, fault.posts() - posts)), chunks);
        }
    }

    private void strike(Fault fault, ChunkWriter chunks) throws IOException {
        if (over || silent) {
            return;
        }
        switch (fault.kind()) {
            case EOF -> over = true;
            case CLOSE_WITHOUT_FINAL_CHUNK -> wire.close(ConnectionEnd.SERVER_TORN);
            case RESET -> wire.reset(ConnectionEnd.SERVER_RESET);
            case HALF_OPEN -> {
                wire.ends(ConnectionEnd.HALF_OPEN);
                silent = true;
            }
            default -> sendOddLines(fault, chunks);
        }
    }

    private void sendOddLines(Fault fault, ChunkWriter chunks) throws IOException {
        for (byte[] chunk : new OddLines(world, lines, last).chunks(fault)) {
            write(chunk, chunk.length, chunks);
        }
        if (fault.kind().where == Fault.Where.LIVE_END) {
            over = !fault.keepsOpen();
            silent = fault.keepsOpen();
        }
    }
}
