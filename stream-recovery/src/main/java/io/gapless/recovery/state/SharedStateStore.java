package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.DatabaseAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the state of one stream in a shared database, for the process that holds the lease. Each commit
 * extends the lease in its own transaction:
 *
 * <pre>
 *  BEGIN → extend the lease of this term, number the commit → changes → COMMIT
 * </pre>
 *
 * <p>If the answer to a COMMIT is lost, the caller commits the same changes again. The number then shows whether the
 * first try had gone through.
 */
final class SharedStateStore extends SharedStateReader implements StateStore {
    private final Lease lease;
    private final long term;
    private final InstantSource clock;

    // Used only inside `database.use`, so by one thread at a time.
    private @Nullable ChangeWriter writer;
    private long commits;
    /** When the commit with the next number was asked for first; null if it was not asked for yet. */
    private Lease.@Nullable Asked asked;

    private volatile boolean taken;

    SharedStateStore(StreamName stream, DatabaseAccess database, Lease lease, long term, InstantSource clock) {
        super(stream, database);
        this.lease = lease;
        this.term = term;
        this.clock = clock;
    }

    @Override
    public void commit(List<Change> changes) {
        if (taken) throw takenOver();
        boolean held = database.use(connection -> commit(connection, changes));
        if (held) return;
        taken = true;
        lease.lost();
        throw takenOver();
    }

    private boolean commit(Connection connection, List<Change> changes) throws SQLException {
        Lease.Asked now = lease.ask();
        Lease.Asked first = asked == null ? now : asked;
        asked = first;
        Lease.Extension extension;
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            extension = lease.extend(connection, term, commits + 1);
            if (extension == Lease.Extension.EXTENDED) {
                if (writer == null || !writer.writesTo(connection))
                    writer = new ChangeWriter(connection, Dialect.shared(stream.text()), clock);
                writer.write(changes);
            }
            statement.execute("COMMIT");
        }
        if (extension == Lease.Extension.LOST) return false;
        // An earlier try went through, perhaps the first one, and it extended the lease. So the right counts from
        // there.
        lease.granted(extension == Lease.Extension.EXTENDED ? now : first);
        commits++;
        asked = null;
        return true;
    }

    private StateException takenOver() {
        return new StateException(
                Reason.TAKEN_OVER,
                "Another process has taken over the stream " + stream.text()
                        + ", because this one did not reach the database for longer than the lease. This process hands over"
                        + " nothing more. Start it again, and it stands by.",
                null);
    }

    @Override
    public long term() {
        return term;
    }

    @Override
    public boolean mayDispatch() {
        return lease.mayDispatch();
    }

    @Override
    public Duration renewEvery() {
        return lease.extendEvery();
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        readIds(created, each);
    }

    /** Gives the lease back if the database can be reached. Otherwise the lease runs out by itself. */
    @Override
    public void close() {
        try {
            if (!taken)
                database.use(connection -> {
                    lease.release(connection, term);
                    return true;
                });
        } catch (StateException | IllegalStateException e) {
            lease.lost();
        } finally {
            super.close();
        }
    }
}
