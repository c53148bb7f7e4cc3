package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.Span;
import io.gapless.recovery.storage.DatabaseAccess;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.LongConsumer;

/** Reads the state of one stream from a shared database, for the holder of its lease and for clients. */
class SharedStateReader implements StateReader {
    final StreamName stream;
    final Queries queries;
    final DatabaseAccess database;

    SharedStateReader(StreamName stream, DatabaseAccess database) {
        this.stream = stream;
        this.queries = new Queries(Dialect.shared(stream.text()));
        this.database = database;
    }

    @Override
    public Remembered remembered() {
        return database.use(queries::remembered);
    }

    /** Passes the ids of acknowledged posts to a consumer, within a transaction, so that they come bit by bit. */
    void readIds(Span created, LongConsumer each) {
        inTransaction(connection -> {
            queries.ids(connection, IdRange.of(created), each);
            return true;
        });
    }

    /** Runs work within a transaction. A failure closes the connection, which rolls the transaction back. */
    <T> T inTransaction(DatabaseAccess.Work<T> work) {
        return database.use(connection -> {
            connection.setAutoCommit(false);
            T result = work.with(connection);
            connection.commit();
            connection.setAutoCommit(true);
            return result;
        });
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return database.use(connection -> queries.ledger(connection, since, limit));
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return database.use(connection -> queries.deadLetters(connection, limit));
    }

    @Override
    public long deadLetterCount() {
        return database.use(queries::deadLetterCount);
    }

    @Override
    public long spent(LocalDate day) {
        return database.use(connection -> queries.spent(connection, day));
    }

    @Override
    public List<StoreRequest> requests() {
        return database.use(queries::requests);
    }

    /** Returns 0: how much of the server's disk one stream takes is not known. */
    @Override
    public long diskBytes() {
        return 0;
    }

    @Override
    public void close() {
        database.close();
    }
}
