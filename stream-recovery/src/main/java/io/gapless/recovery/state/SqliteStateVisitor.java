package io.gapless.recovery.state;

import io.gapless.recovery.Gap;
import io.gapless.recovery.sqlite.OneConnection;
import io.gapless.recovery.sqlite.Pause;
import io.gapless.recovery.sqlite.SqliteFile;
import io.gapless.recovery.state.StateException.Reason;
import io.gapless.stream.seam.Time;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The visitors' side of {@link Database}: reads by a connection that cannot write, and writes nothing but requests. */
final class SqliteStateVisitor implements StateVisitor {
    private static final int REQUESTS_MAX = 100;
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final SqliteFile file;
    private final Time time;
    private final OneConnection database;

    SqliteStateVisitor(SqliteFile file, Time time) {
        this.file = file;
        this.time = time;
        database = new OneConnection(file, file::openToRead);
    }

    @Override
    public long request(StoreRequest.Kind kind, String arguments) {
        try (Connection connection = file.openToWrite()) {
            connection.setAutoCommit(false);
            long id = insert(connection, kind, arguments);
            connection.commit();
            return id;
        } catch (SQLException e) {
            throw file.trouble().of(e);
        }
    }

    /** Begins with a write, so that the owner's commits are waited for and not run into. */
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
                                + " already. Start the stream that owns it, which sees to them, and ask again.",
                        null);
            try (ResultSet row = newest.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Override
    public Optional<String> answer(long id, Duration wait) throws InterruptedException {
        long start = time.nanoTime();
        while (true) {
            Optional<String> answer = database.use(connection -> Queries.answer(connection, id));
            if (answer.isPresent() || time.nanoTime() - start >= wait.toNanos()) return answer;
            Pause.of(PAUSE, time);
        }
    }

    @Override
    public Remembered remembered() {
        return database.use(Queries::remembered);
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
    }
}
