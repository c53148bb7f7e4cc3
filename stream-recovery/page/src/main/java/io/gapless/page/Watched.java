package io.gapless.page;

import io.gapless.recovery.GaplessStream.LedgerPage;
import io.gapless.recovery.RecoveryEvent;
import io.gapless.recovery.outbox.SenderStatus;
import io.gapless.stream.Health;
import io.gapless.stream.event.StreamEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the page shows. The health is read at once. Ledger and outbox are read from the disk on a thread of their
 * own, so a disk that does not answer stops only these two, and the page says so. Thread-safe: what was read last is
 * published as a whole.
 */
final class Watched implements AutoCloseable {
    static final int GAPS_MAX = 100;
    /** How many ticks pass between two readings while nothing suggests a change. */
    private static final int CALM_TICKS = 10;

    /**
     * Holds what was read from the disk.
     *
     * @param trouble why the last reading failed; empty if it succeeded
     */
    record Stored(Optional<LedgerPage> ledger, Optional<SenderStatus> outbox, String trouble, long changes) {}

    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "gapless-page-reader");
        thread.setDaemon(true);
        return thread;
    });

    private volatile @Nullable Supplier<Health> health;
    private volatile @Nullable Function<Instant, LedgerPage> ledger;
    private volatile @Nullable Supplier<SenderStatus> outbox;
    private volatile Stored stored = new Stored(Optional.empty(), Optional.empty(), "", 0);
    private final AtomicBoolean reading = new AtomicBoolean();
    private final AtomicBoolean changed = new AtomicBoolean(true);
    /** Owner: the ticker. */
    private int ticks;

    void show(Supplier<Health> source, @Nullable Function<Instant, LedgerPage> entries) {
        health = source;
        ledger = entries;
        changed.set(true);
    }

    void show(Supplier<SenderStatus> source) {
        outbox = source;
        changed.set(true);
    }

    void onEvent(StreamEvent event) {
        if (event instanceof RecoveryEvent) changed.set(true);
    }

    /** Returns the stream's health; empty before a stream is shown. */
    Optional<Health> health() {
        Supplier<Health> source = health;
        return source == null ? Optional.empty() : Optional.of(source.get());
    }

    boolean hasLedger() {
        return ledger != null;
    }

    boolean hasOutbox() {
        return outbox != null;
    }

    Stored stored() {
        return stored;
    }

    /** Starts a reading if one is due and none is under way. */
    void refresh() {
        boolean moving = health().filter(now -> now.openGaps() > 0).isPresent() && ticks % 2 == 0;
        boolean due = ticks++ % CALM_TICKS == 0 || moving || outbox != null && ticks % 2 == 0;
        if ((changed.getAndSet(false) || due) && reading.compareAndSet(false, true)) reader.execute(this::read);
    }

    private void read() {
        Stored before = stored;
        try {
            Function<Instant, LedgerPage> entries = ledger;
            Supplier<SenderStatus> status = outbox;
            Optional<LedgerPage> gaps = entries == null ? Optional.empty() : Optional.of(entries.apply(Instant.EPOCH));
            Optional<SenderStatus> sent = status == null ? Optional.empty() : Optional.of(status.get());
            publish(before, gaps, sent, "");
        } catch (RuntimeException e) {
            // What was read before stays on the page, with the reason why it is old.
            publish(before, before.ledger(), before.outbox(), "The state could not be read: " + e.getMessage());
        } finally {
            reading.set(false);
        }
    }

    private void publish(Stored before, Optional<LedgerPage> gaps, Optional<SenderStatus> sent, String trouble) {
        boolean same = gaps.equals(before.ledger()) && sent.equals(before.outbox()) && trouble.equals(before.trouble());
        stored = new Stored(gaps, sent, trouble, same ? before.changes() : before.changes() + 1);
    }

    @Override
    public void close() {
        reader.shutdownNow();
    }
}
