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

/** Leaves requests for the owner of a state, and waits for their answers, for clients of either kind of database. */
final class RequestTable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Dialect dialect;
    private final Queries queries;
    private final Time time;

    RequestTable(Dialect dialect, Time time) {
        this.dialect = dialect;
        this.queries = new Queries(dialect);
        this.time = time;
    }

    /**
     * Adds a request, within a transaction that the caller ends.
     *
     * @param where where the requests wait, and who answers them, as the middle of a sentence
     * @return the request's number
     */
    long add(Connection connection, StoreRequest.Kind kind, String arguments, String where) throws SQLException {
        int rows = Sql.run(
                connection,
                dialect.sql("INSERT INTO @request ([key,] id, kind, arguments, asked_ms)"
                        + " SELECT [name,] coalesce(max(id), 0) + 1, ?, ?, ? FROM @request WHERE [mine] TRUE"
                        + " HAVING count(*) - count(answer) < " + StateClient.REQUESTS_MAX),
                kind.name(),
                arguments,
                time.millis());
        if (rows == 0)
            throw new StateException(
                    Reason.UNWRITABLE,
                    StateClient.REQUESTS_MAX + " requests wait " + where + ", which answers them, and try again.",
                    null);
        return Sql.number(connection, dialect.sql("SELECT max(id) FROM @request WHERE [mine] TRUE"));
    }

    /** Waits for the answer to a request: see {@link StateClient#answer}. */
    Optional<RequestAnswer> answer(DatabaseAccess database, long id, Duration wait) throws InterruptedException {
        long start = time.nanoTime();
        while (true) {
            Optional<RequestAnswer> answer = database.use(connection -> queries.answer(connection, id));
            if (answer.isPresent() || time.nanoTime() - start >= TimeUnit.NANOSECONDS.convert(wait)) return answer;
            Pause.of(PAUSE, time);
        }
    }
}
