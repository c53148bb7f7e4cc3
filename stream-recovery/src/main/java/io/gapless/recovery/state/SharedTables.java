package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.storage.DatabaseAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the tables of one stream in a shared database, for the holder of its lease.
 *
 * <pre>
 *  BEGIN → extend the lease of this term, number the commit → changes → COMMIT
 * </pre>
 */
final class SharedTables extends SharedStateReader implements FencedState {
    private final Lease lease;
    private final InstantSource clock;
    /** Writes on the connection that is open now. Used only inside {@code database.use}, so by one thread at a time. */
    private @Nullable ChangeWriter writer;

    SharedTables(StreamName stream, DatabaseAccess database, Lease lease, InstantSource clock) {
        super(stream, database);
        this.lease = lease;
        this.clock = clock;
    }

    @Override
    public Lease.Extension commit(long term, long number, List<Change> changes) {
        return database.use(connection -> commit(connection, term, number, changes));
    }

    private Lease.Extension commit(Connection connection, long term, long number, List<Change> changes)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            Lease.Extension extension = lease.extend(connection, term, number);
            if (extension == Lease.Extension.EXTENDED) {
                if (writer == null || !writer.writesTo(connection))
                    writer = new ChangeWriter(connection, Dialect.shared(stream.text()), clock);
                writer.write(changes);
            }
            statement.execute("COMMIT");
            return extension;
        }
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        readIds(created, each);
    }

    @Override
    public void release(long term) {
        database.use(connection -> {
            lease.release(connection, term);
            return true;
        });
    }
}
