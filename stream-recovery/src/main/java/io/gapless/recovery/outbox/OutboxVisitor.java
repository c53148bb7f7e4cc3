package io.gapless.recovery.outbox;

import io.gapless.recovery.sqlite.OneConnection;
import io.gapless.recovery.sqlite.OwnerLock;
import io.gapless.recovery.sqlite.SqliteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Another process, such as the command line, beside the owner of an outbox: it reads while the owner works, and may ask
 * for what was set aside to be sent again. Every method throws {@link io.gapless.recovery.state.StateException} if the
 * outbox cannot be read. Thread-safe.
 */
public final class OutboxVisitor implements AutoCloseable {
    private final SqliteFile file;
    private final OneConnection database;

    private OutboxVisitor(SqliteFile file) {
        this.file = file;
        this.database = new OneConnection(file, file::openToRead);
    }

    /**
     * Opens the outbox to look at it, whether or not a process owns it.
     *
     * @param directory the state directory that a sender was started with
     * @return the visitor
     * @throws io.gapless.recovery.state.StateException {@code ABSENT}, {@code DAMAGED}, {@code NEWER} or {@code
     *     UNWRITABLE}; SQLite needs to write to the directory even to read
     */
    public static OutboxVisitor open(Path directory) {
        SqliteFile file = OutboxTables.in(directory);
        if (!file.exists()) throw file.trouble().absent();
        OutboxVisitor visitor = new OutboxVisitor(file);
        boolean whole = false;
        try {
            visitor.status();
            whole = true;
            return visitor;
        } finally {
            if (!whole) visitor.close();
        }
    }

    /**
     * The process that owns the outbox.
     *
     * @return its process id; empty if nobody owns it
     */
    public OptionalLong owner() {
        try {
            return OwnerLock.owner(file);
        } catch (IOException | NumberFormatException e) {
            throw file.trouble().unwritable("its lock cannot be read: " + e, e);
        }
    }

    /**
     * How far the sender has come.
     *
     * @return a snapshot
     */
    public SenderStatus status() {
        return database.use(OutboxQueries::status);
    }

    /**
     * What was sent.
     *
     * @param limit how many intervals at most
     * @return newest first; kept for 400 days
     */
    public List<SentInterval> history(int limit) {
        return database.use(connection -> OutboxQueries.history(connection, limit));
    }

    /**
     * What was set aside.
     *
     * @param limit how many at most
     * @return oldest first
     */
    public List<QuarantinedRecord> quarantined(int limit) {
        return database.use(connection -> OutboxQueries.quarantined(connection, limit));
    }

    /**
     * Asks for records to be sent again with the next interval. One of which a newer version has been collected is
     * dropped then instead.
     *
     * @param numbers {@link QuarantinedRecord#number}s
     * @return how many of them there are
     */
    public int resend(List<Long> numbers) {
        return write(connection -> OutboxQueries.resend(connection, numbers));
    }

    /**
     * Asks for everything that was set aside to be sent again with the next interval.
     *
     * @return how many records
     */
    public int resendAll() {
        return write(OutboxQueries::resendAll);
    }

    private int write(OneConnection.Work<Integer> work) {
        try (Connection connection = file.openToWrite()) {
            connection.setAutoCommit(false);
            int changed = work.with(connection);
            connection.commit();
            return changed;
        } catch (SQLException e) {
            throw file.trouble().of(e);
        }
    }

    /** Lets go of the file. Idempotent. */
    @Override
    public void close() {
        database.close();
    }
}
