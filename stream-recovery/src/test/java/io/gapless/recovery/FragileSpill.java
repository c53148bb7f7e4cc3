package io.gapless.recovery;

import io.gapless.recovery.ledger.Span;
import io.gapless.stream.event.StreamEvent;
import io.gapless.stream.post.Snowflake;
import io.gapless.stream.spi.Overflow;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * A spill file without a disk, of one life of the process: perhaps it cannot be read back. Then each post of it must be
 * told, and be asked for again in a gap that begins an overlap before the oldest one.
 */
final class FragileSpill implements Overflow {
    /** The stream looks every five seconds at least. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(6);

    private final Simulation run;
    private final Machine machine;
    private final Closers closers;
    private final Duration overlap;
    private final ArrayDeque<byte[]> records = new ArrayDeque<>();
    private final long maxBytes;
    private long bytes;

    private @Nullable Runnable whenRead;
    private boolean broken;
    private int untold;
    private Instant oldestUntold = Instant.MAX;
    private Instant oldestTold = Instant.MAX;

    FragileSpill(Simulation run, Machine machine, Closers closers, Duration overlap, long maxBytes) {
        this.run = run;
        this.machine = machine;
        this.closers = closers;
        this.overlap = overlap;
        this.maxBytes = maxBytes;
    }

    /** When it is read next, that fails. */
    void lose(Runnable afterwards) {
        whenRead = afterwards;
    }

    void onEvent(StreamEvent event) {
        if (event instanceof StreamEvent.SpillLost it) {
            if (it.posts() != untold) fail(Failure.Kind.LOSS_UNTOLD, it.posts() + " posts are told of " + untold);
            oldestTold = oldestUntold;
            untold = 0;
            oldestUntold = Instant.MAX;
        } else if (event instanceof StreamEvent.Closed it && it.unhandled() >= untold) {
            // Not handled, and so in the gap of the next start.
            untold = 0;
        } else if (event instanceof RecoveryEvent.GapOpened it && oldestTold.isBefore(Instant.MAX)) {
            Instant from = oldestTold.minus(overlap);
            oldestTold = Instant.MAX;
            if (it.gap().span().from().isAfter(from)) fail(Failure.Kind.OVERLAP_MISSING, it.describe());
        }
    }

    private void fail(Failure.Kind kind, String what) {
        run.log.fail(kind, what);
    }

    @Override
    public boolean add(byte[] record) {
        if (bytes + record.length > maxBytes) return false;
        bytes += record.length;
        return records.add(record);
    }

    @Override
    public byte @Nullable [] poll() throws IOException {
        Runnable afterwards = whenRead;
        if (afterwards != null && !records.isEmpty()) {
            whenRead = null;
            breakDown();
            afterwards.run();
        }
        if (broken) throw new IOException("The spill file cannot be read, on purpose.");
        byte[] record = records.poll();
        if (record != null) bytes -= record.length;
        return record;
    }

    private void breakDown() {
        broken = true;
        untold += records.size();
        for (byte[] record : records) {
            ByteBuffer head = ByteBuffer.wrap(record);
            Instant created = Snowflake.time(head.getLong());
            oldestUntold = Span.earlier(oldestUntold, created);
        }
        run.time.after(TOLD_WITHIN, this::mustBeTold);
    }

    private void mustBeTold() {
        if (untold == 0 || machine.isDead()) return;
        // While the stream drains, its end tells what was not handled.
        if (closers.isClosing() && !closers.isOver()) run.time.after(TOLD_WITHIN, this::mustBeTold);
        else fail(Failure.Kind.LOSS_UNTOLD, untold + " posts of the spill file");
    }

    @Override
    public void clear() {
        records.clear();
        bytes = 0;
        broken = false;
    }

    @Override
    public long heldBytes() {
        return bytes;
    }

    @Override
    public long maxBytes() {
        return maxBytes;
    }
}
