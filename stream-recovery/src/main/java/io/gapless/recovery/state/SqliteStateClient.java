package io.gapless.recovery.state;

import io.gapless.recovery.storage.OwnerLock;
import io.gapless.recovery.storage.SqliteFile;
import io.gapless.recovery.storage.UntouchedFile;
import io.gapless.stream.seam.Time;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Reads {@link Database} for a process that does not own the state. Reading leaves the state directory as it is. A
 * {@link StoreRequest}, which asks the owner to do something, is written by {@link #request} on a connection of its
 * own.
 */
final class SqliteStateClient extends SqliteStateReader implements StateClient {
    private final RequestTable requests;

    SqliteStateClient(SqliteFile file, Time time) {
        super(file, new UntouchedFile(file));
        this.requests = new RequestTable(Dialect.SQLITE, time);
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

    /**
     * The transaction begins with the write of the request, so SQLite waits while the owner commits, instead of failing.
     */
    @Override
    public long request(StoreRequest.Kind kind, String arguments) {
        String where = "in " + file.directory()
                + " already, and no more are accepted. Start the stream that uses this directory";
        try (Connection connection = file.openToWrite()) {
            connection.setAutoCommit(false);
            long id = requests.add(connection, kind, arguments, where);
            connection.commit();
            return id;
        } catch (SQLException e) {
            throw file.failures().of(e);
        }
    }

    @Override
    public Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException {
        return requests.answer(database, id, wait);
    }
}
