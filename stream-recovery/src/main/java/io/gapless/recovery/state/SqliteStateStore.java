package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.storage.OneConnection;
import io.gapless.recovery.storage.OwnerLock;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads and writes {@link Database} for the process that owns the state, and holds the lock. */
final class SqliteStateStore extends SqliteStateReader implements StateStore {
    private final OwnerLock lock;
    private final InstantSource clock;
    /** Writes on the connection that is open now. Used only inside {@code database.use}, so by one thread at a time. */
    private @Nullable ChangeWriter writer;

    /** Creates the store. {@link #close} releases the lock. */
    SqliteStateStore(OwnerLock lock, InstantSource clock) {
        super(lock.file(), new OneConnection(lock.file(), lock.file()::openToWrite));
        this.lock = lock;
        this.clock = clock;
    }

    @Override
    public void commit(List<Change> changes) {
        database.use(connection -> {
            if (!file.exists()) throw file.failures().damaged("it was deleted while this process was using it", null);
            if (writer == null || !writer.writesTo(connection))
                writer = new ChangeWriter(connection, Dialect.SQLITE, clock);
            writer.commit(changes);
            return true;
        });
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        database.use(connection -> {
            QUERIES.ids(connection, IdRange.of(created), each);
            return true;
        });
    }

    @Override
    public void close() {
        super.close();
        lock.close();
    }
}
