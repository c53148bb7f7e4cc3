package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import io.gapless.recovery.Span;
import io.gapless.recovery.sqlite.OneConnection;
import io.gapless.recovery.sqlite.OwnerLock;
import io.gapless.recovery.sqlite.SqliteFile;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The owner's side of {@link Database}, under its lock. */
final class SqliteStateStore implements StateStore {
    private final SqliteFile file;
    private final OwnerLock lock;
    private final InstantSource clock;
    private final OneConnection database;
    /** Belongs to whoever uses the database. */
    private @Nullable ChangeWriter writer;

    /** Takes over the lock, and releases it on close. */
    SqliteStateStore(OwnerLock lock, InstantSource clock) {
        this.file = lock.file();
        this.lock = lock;
        this.clock = clock;
        database = new OneConnection(file, file::openToWrite);
    }

    @Override
    public void commit(List<Change> changes) {
        database.use(connection -> {
            if (!file.exists()) throw file.trouble().damaged("it was removed while in use", null);
            if (writer == null || !writer.writesTo(connection)) writer = new ChangeWriter(connection, clock);
            writer.commit(changes);
            return true;
        });
    }

    @Override
    public Remembered remembered() {
        return database.use(Queries::remembered);
    }

    @Override
    public void ids(Span created, LongConsumer each) {
        database.use(connection -> {
            Queries.ids(connection, IdRange.of(created), each);
            return true;
        });
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return database.use(connection -> Queries.ledger(connection, since, limit));
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return database.use(connection -> Queries.deadLetters(connection, limit));
    }

    @Override
    public long deadLetterCount() {
        return database.use(Queries::deadLetterCount);
    }

    @Override
    public long spent(LocalDate day) {
        return database.use(connection -> Queries.spent(connection, day));
    }

    @Override
    public List<StoreRequest> requests() {
        return database.use(Queries::requests);
    }

    @Override
    public long diskBytes() {
        return file.bytes();
    }

    @Override
    public void close() {
        database.close();
        lock.close();
    }
}
