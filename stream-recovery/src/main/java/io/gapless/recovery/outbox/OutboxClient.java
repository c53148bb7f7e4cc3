package io.gapless.recovery.outbox;

import io.gapless.recovery.storage.DatabaseAccess;
import io.gapless.recovery.storage.OwnerLock;
import io.gapless.recovery.storage.SqliteFile;
import io.gapless.recovery.storage.UntouchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Reads an outbox that another process may own, for example from the command line. It can also request that quarantined
 * records and spans of a source are sent again, and discard quarantined records. Every method throws {@link
 * io.gapless.recovery.ledger.StateException} if the outbox cannot be read. Thread-safe.
 */
public final class OutboxClient implements AutoCloseable {
    private final SqliteFile file;
    private final DatabaseAccess database;

    private OutboxClient(SqliteFile file) {
        this.file = file;
        this.database = new UntouchedFile(file);
    }

    /**
     * Opens an outbox for reading, whether or not a process owns it. If no process has it open, reading leaves the
     * directory as it is.
     *
     * @param directory the state directory of a sender
     * @return the client
     * @throws io.gapless.recovery.ledger.StateException {@code ABSENT}, {@code DAMAGED}, {@code NEWER} or {@code
     *     UNWRITABLE}; while a process has the outbox open, SQLite must write to the directory even to read
     */
    public static OutboxClient open(Path directory) {
        SqliteFile file = OutboxTables.in(directory);
        if (!file.exists()) throw file.failures().absent();
        OutboxClient client = new OutboxClient(file);
        boolean whole = false;
        try {
            client.status();
            whole = true;
            return client;
        } finally {
            if (!whole) client.close();
        }
    }

    /**
     * Returns the process that owns the outbox.
     *
     * @return its process id; empty if no process owns the outbox
     */
    public OptionalLong owner() {
        try {
            return OwnerLock.owner(file);
        } catch (IOException | NumberFormatException e) {
            throw file.failures().unwritable("its lock file cannot be read: " + e, e);
        }
    }

    /**
     * Returns how far the sender has collected and sent.
     *
     * @return a snapshot
     */
    public SenderStatus status() {
        return database.use(OutboxQueries::status);
    }

    /**
     * Returns the latest intervals.
     *
     * @param limit how many at most
     * @return the intervals, newest first; they are kept for 400 days
     */
    public List<SentInterval> history(int limit) {
        return database.use(connection -> OutboxQueries.history(connection, limit));
    }

    /**
     * Returns the records in the quarantine.
     *
     * @param limit how many at most
     * @return the records, oldest first
     */
    public List<QuarantinedRecord> quarantined(int limit) {
        return database.use(connection -> OutboxQueries.quarantined(connection, limit));
    }

    /**
     * Marks quarantined records to be sent again with the next interval. If a newer version of a record has been
     * collected by then, the quarantined record is dropped instead.
     *
     * @param numbers the {@link QuarantinedRecord#number}s
     * @return how many of them are in the quarantine
     */
    public int resend(List<Long> numbers) {
        return write(connection -> OutboxQueries.resend(connection, numbers));
    }

    /**
     * Marks all quarantined records to be sent again with the next interval.
     *
     * @return how many records are in the quarantine
     */
    public int resendAll() {
        return write(OutboxQueries::resendAll);
    }

    /**
     * Requests that a span of the source is collected and sent again with the next interval, even if its records were
     * acknowledged.
     *
     * @param from the start, inclusive, by the source's clock
     * @param until the end, exclusive
     * @throws IllegalArgumentException if the span is empty, or the records were pushed, as posts of a stream are
     */
    public void sendAgain(Instant from, Instant until) {
        write(connection -> OutboxQueries.sendAgain(connection, from, until));
    }

    /**
     * Removes records from the quarantine. These records are never sent, unless the source changes them.
     *
     * @param numbers the {@link QuarantinedRecord#number}s
     * @return how many of them were in the quarantine
     */
    public int discard(List<Long> numbers) {
        return write(connection -> OutboxQueries.discard(connection, numbers));
    }

    /**
     * Removes all records from the quarantine. These records are never sent, unless the source changes them.
     *
     * @return how many records were in the quarantine
     */
    public int discardAll() {
        return write(OutboxQueries::discardAll);
    }

    private int write(DatabaseAccess.Work<Integer> work) {
        try (Connection connection = file.openToWrite()) {
            connection.setAutoCommit(false);
            int changed = work.with(connection);
            connection.commit();
            return changed;
        } catch (SQLException e) {
            throw file.failures().of(e);
        }
    }

    /** Closes the file. Idempotent. */
    @Override
    public void close() {
        database.close();
    }
}
