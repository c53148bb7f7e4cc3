package io.gapless.recovery.state;

import io.gapless.recovery.Span;
import io.gapless.recovery.sqlite.OwnerLock;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The owner's side of {@link Database}, under its lock. */
final class SqliteStateStore extends SqliteStateReader implements StateStore {
    private final OwnerLock lock;
    private final InstantSource clock;
    /** Belongs to whoever uses the database. */
    private @Nullable ChangeWriter writer;

    /** Takes over the lock, and releases it on close. */
    SqliteStateStore(OwnerLock lock, InstantSource clock) {
        super(lock.file(), lock.file()::openToWrite);
        this.lock = lock;
        this.clock = clock;
    }

    @Override
    public void commit(List<Change> changes) {
        database.use(connection -> {
            if (!file.exists()) throw file.trouble().damaged("it was deleted while this process was using it", null);
            if (writer == null || !writer.writesTo(connection)) writer = new ChangeWriter(connection, clock);
            writer.commit(changes);
            return true;
        });
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        database.use(connection -> {
            Queries.ids(connection, IdRange.of(created), each);
            return true;
        });
    }

    @Override
    public void close() {
        super.close();
        lock.close();
    }
}
