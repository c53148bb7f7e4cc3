package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.storage.DatabaseAccess;
import io.gapless.recovery.storage.SqliteFile;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * Reads the parts of {@link Database} that both the owner and clients need. The owner and each client have a connection
 * of their own.
 */
class SqliteStateReader implements StateReader {
    static final Queries QUERIES = new Queries(Dialect.SQLITE);

    final SqliteFile file;
    final DatabaseAccess database;

    SqliteStateReader(SqliteFile file, DatabaseAccess database) {
        this.file = file;
        this.database = database;
    }

    @Override
    public Remembered remembered() {
        return database.use(QUERIES::remembered);
    }

    @Override
    public List<Gap> ledger(Instant since, int limit) {
        return database.use(connection -> QUERIES.ledger(connection, since, limit));
    }

    @Override
    public List<DeadLetter> deadLetters(int limit) {
        return database.use(connection -> QUERIES.deadLetters(connection, limit));
    }

    @Override
    public long deadLetterCount() {
        return database.use(QUERIES::deadLetterCount);
    }

    @Override
    public long spent(LocalDate day) {
        return database.use(connection -> QUERIES.spent(connection, day));
    }

    @Override
    public List<StoreRequest> requests() {
        return database.use(QUERIES::requests);
    }

    @Override
    public long diskBytes() {
        return file.bytes();
    }

    @Override
    public void close() {
        database.close();
    }
}
