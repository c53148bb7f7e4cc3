package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.DatabaseAccess;
import io.gapless.recovery.storage.Pause;
import io.gapless.recovery.storage.Sql;
import io.gapless.stream.seam.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Reads the state of one stream in a shared database from any host, and leaves requests for the holder of its lease. */
final class SharedStateClient extends SharedStateReader implements StateClient {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Time time;

    SharedStateClient(StreamName stream, DatabaseAccess database, Time time) {
        super(stream, database);
        this.time = time;
    }

    @Override
    public Optional<String> owner() {
        return database.use(connection -> Optional.ofNullable(Lease.holder(connection, stream)));
    }

    @Override
    public long request(StoreRequest.Kind kind, String arguments) {
        return database.use(connection -> {
            connection.setAutoCommit(false);
            long id = insert(connection, kind, arguments);
            connection.commit();
            connection.setAutoCommit(true);
            return id;
        });
    }

    private long insert(Connection connection, StoreRequest.Kind kind, String arguments) throws SQLException {
        // Two clients may ask at once, and each number is given once.
        Sql.list(
                connection,
                "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                row -> true,
                "gapless request " + stream.text());
        Dialect dialect = Dialect.shared(stream.text());
        int rows = Sql.run(
                connection,
                dialect.sql("INSERT INTO @request ([key,] id, kind, arguments, asked_ms)"
                        + " SELECT [name,] coalesce(max(id), 0) + 1, ?, ?, ? FROM @request WHERE [mine] TRUE"
                        + " HAVING count(*) - count(answer) < " + REQUESTS_MAX),
                kind.name(),
                arguments,
                time.millis());
        if (rows == 0)
            throw new StateException(
                    Reason.UNWRITABLE,
                    REQUESTS_MAX + " requests wait for the stream " + stream.text()
                            + " already, and no more are accepted. Start the stream, which answers them, and try again.",
                    null);
        return Sql.number(connection, dialect.sql("SELECT max(id) FROM @request WHERE [mine] TRUE"));
    }

    @Override
    public Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException {
        long start = time.nanoTime();
        while (true) {
            Optional<RequestAnswer> answer = database.use(connection -> queries.answer(connection, id));
            if (answer.isPresent() || time.nanoTime() - start >= TimeUnit.NANOSECONDS.convert(wait)) return answer;
            Pause.of(PAUSE, time);
        }
    }
}
