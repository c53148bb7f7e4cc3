package io.gapless.recovery.state;

import io.gapless.recovery.ledger.StateException;
import io.gapless.recovery.ledger.StateException.Reason;
import io.gapless.recovery.storage.OwnerLock;
import io.gapless.recovery.storage.Pause;
import io.gapless.recovery.storage.SqliteFile;
import io.gapless.recovery.storage.UntouchedFile;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads {@link Database} for a process that does not own the state. Reading leaves the state directory as it is. A
 * {@link StoreRequest}, which asks the owner to do something, is written by {@link #request} on a connection of its
 * own.
 */
final class SqliteStateClient extends SqliteStateReader implements StateClient {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final Time time;

    SqliteStateClient(SqliteFile file, Time time) {
        super(file, new UntouchedFile(file));
        this.time = time;
    }

    @Override
    public Optional<String> owner() {
        try {
            return OwnerLock.owner(file).stream()
                    .mapToObj(id -> "process " + id)
                    .findFirst();
        } catch (IOException | NumberFormatException e) {
            throw file.failures().unwritable("its lock file cannot be read: " + e, e);
        }
    }

    @Override
    public long request(StoreRequest.Kind kind, String arguments) {
        try (Connection connection = file.openToWrite()) {
            connection.setAutoCommit(false);
            long id = insert(connection, kind, arguments);
            connection.commit();
            return id;
        } catch (SQLException e) {
            throw file.failures().of(e);
        }
    }

    /**
     * Adds a request for the owner. The transaction begins with this write, so SQLite waits while the owner commits,
     * instead of failing.
     */
    private long insert(Connection connection, StoreRequest.Kind kind, String arguments) throws SQLException {
        try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO request (id, kind, arguments, asked_ms)"
                                + " SELECT coalesce(max(id), 0) + 1, ?, ?, ? FROM request"
                                + " HAVING count(*) - count(answer) < " + REQUESTS_MAX);
                PreparedStatement newest = connection.prepareStatement("SELECT max(id) FROM request")) {
            insert.setString(1, kind.name());
            insert.setString(2, arguments);
            insert.setLong(3, time.millis());
            if (insert.executeUpdate() == 0)
                throw new StateException(
                        Reason.UNWRITABLE,
                        REQUESTS_MAX + " requests wait in " + file.directory()
                                + " already, and no more are accepted. Start the stream that uses this directory, which"
                                + " answers them, and try again.",
                        null);
            try (ResultSet row = newest.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException {
        long start = time.nanoTime();
        while (true) {
            Optional<RequestAnswer> answer = database.use(connection -> QUERIES.answer(connection, id));
            if (answer.isPresent() || time.nanoTime() - start >= TimeUnit.NANOSECONDS.convert(wait)) return answer;
            Pause.of(PAUSE, time);
        }
    }
}
