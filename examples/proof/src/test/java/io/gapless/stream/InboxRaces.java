package io.gapless.stream;

import io.gapless.stream.post.Origin;
import io.gapless.stream.spi.Overflow;
import io.gapless.stream.spi.ReceivedPost;
import io.gapless.stream.spi.Source;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The inbox between connections, searches and the handler: whatever they do at once looks as if they had taken turns,
 * and in the end everyone who was told to wait has been called.
 */
@Param(name = "id", gen = IntGen.class, conf = "1:9")
public class InboxRaces {
    /** As Lincheck makes one for each run. */
    public InboxRaces() {}

    private static final int COST_BYTES = 1_000;
    private static final int OVERFLOW_MAX = 2;
    /** Ids above it tell their time. */
    private static final long FIRST_ID = 1_000_000_000_000L;

    private final Inbox inbox = new Inbox(3 * COST_BYTES, new SmallOverflow());
    private final AtomicInteger waiting = new AtomicInteger();
    /** The handler's own. */
    private final List<ReceivedPost> inHand = new ArrayList<>();

    @Operation
    public boolean addLive(@Param(name = "id") int id) {
        return add(id, Origin.LIVE);
    }

    @Operation
    public boolean addFetched(@Param(name = "id") int id) {
        return add(id, Origin.SEARCH);
    }

    private boolean add(int id, Origin origin) {
        // Counted before, since the call may come before the answer.
        waiting.incrementAndGet();
        boolean room = inbox.add(List.of(post(id, origin)), waiting::decrementAndGet);
        if (room) waiting.decrementAndGet();
        return room;
    }

    @Operation(nonParallelGroup = "handler")
    public List<Long> take() {
        List<ReceivedPost> taken = new ArrayList<>();
        inbox.take(2, 1, taken, Oldest.NONE, Oldest.NONE);
        inHand.addAll(taken);
        return taken.stream().map(ReceivedPost::id).toList();
    }

    @Operation(nonParallelGroup = "handler")
    public void release() {
        inbox.release(inHand);
        inHand.clear();
    }

    @Operation
    public int size() {
        return inbox.size();
    }

    @Operation
    public long heldBytes() {
        return inbox.heldBytes();
    }

    @Validate
    public void whoeverWaitsIsCalledOnceThereIsRoom() {
        do {
            release();
        } while (!take().isEmpty());
        // By hand, since Lincheck compares whatever it sees, which AssertJ's objects refuse.
        if (inbox.size() != 0 || inbox.heldBytes() != 0 || waiting.get() != 0) {
            throw new AssertionError(
                    inbox.size() + " posts, " + inbox.heldBytes() + " bytes and " + waiting + " who wait are left");
        }
    }

    @Test
    void whatIsDoneAtOnceLooksDoneInTurnUnderStress() {
        new StressOptions()
                .threads(3)
                .actorsPerThread(3)
                .iterations(20)
                .invocationsPerIteration(1_000)
                .check(InboxRaces.class);
    }

    @Test
    void whatIsDoneAtOnceLooksDoneInTurnInEveryOrder() {
        new ModelCheckingOptions()
                .threads(3)
                .actorsPerThread(2)
                .iterations(10)
                .invocationsPerIteration(100)
                .check(InboxRaces.class);
    }

    private static ReceivedPost post(int id, Origin origin) {
        byte[] line = ("{\"data\":{\"id\":\"" + (FIRST_ID + id) + "\"}}" + " ".repeat(COST_BYTES))
                .substring(0, COST_BYTES - 200)
                .getBytes(StandardCharsets.UTF_8);
        return new ReceivedPost(FIRST_ID + id, line, new Source(origin), Instant.EPOCH);
    }

    /** Used under the inbox's lock only. */
    private static final class SmallOverflow implements Overflow {
        private final ArrayDeque<byte[]> records = new ArrayDeque<>();

        @Override
        public boolean add(byte[] record) {
            return records.size() < OVERFLOW_MAX && records.add(record);
        }

        @Override
        public byte[] poll() {
            return records.poll();
        }

        public void clear() {
            records.clear();
        }

        public long heldBytes() {
            return records.size();
        }

        public long maxBytes() {
            return OVERFLOW_MAX;
        }
    }
}
