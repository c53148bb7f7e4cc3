package io.gapless.recovery.state;

import io.gapless.recovery.storage.DatabaseAccess;
import io.gapless.recovery.storage.Sql;
import io.gapless.stream.seam.Time;
import java.time.Duration;
import java.util.Optional;

/** Reads the state of one stream in a shared database from any host, and leaves requests for the holder of its lease. */
final class SharedStateClient extends SharedStateReader implements StateClient {
    private final RequestTable requests;

    SharedStateClient(StreamName stream, DatabaseAccess database, Time time) {
        super(stream, database);
        this.requests = new RequestTable(Dialect.shared(stream.text()), time);
    }

    @Override
    public Optional<String> owner() {
        return database.use(connection -> Optional.ofNullable(Lease.holder(connection, stream)));
    }

    @Override
    public long request(StoreRequest.Kind kind, String arguments) {
        String where = "for the stream " + stream.text() + " already, and no more are accepted. Start the stream";
        return inTransaction(connection -> {
            // Two clients may ask at once, and each number is given once.
            Sql.list(
                    connection,
                    "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))",
                    row -> true,
                    "gapless request " + stream.text());
            return requests.add(connection, kind, arguments, where);
        });
    }

    @Override
    public Optional<RequestAnswer> answer(long id, Duration wait) throws InterruptedException {
        return requests.answer(database, id, wait);
    }
}
