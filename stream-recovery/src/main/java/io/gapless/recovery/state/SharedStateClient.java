package io.gapless.recovery.state;

import io.gapless.recovery.storage.DatabaseAccess;
import io.gapless.recovery.storage.Sql;
import io.gapless.stream.seam.Time;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** Reads the state of one stream in a shared database from any host, and leaves requests for the holder of its lease. */
final class SharedStateClient extends SharedStateReader implements LeasedClient {
    /** The column {@code xmin} names the transaction that has written a row, so it grows whenever a row is written. */
    private static final String ID_PARTS = "SELECT first >> " + IdPart.TOGETHER_BITS
            + ", count(*), sum(xmin::text::bigint)" + " FROM @acknowledged WHERE [mine] first >= ? GROUP BY 1";

    private static final String TIMELESS_PART = "SELECT " + IdPart.TIMELESS + ", count(*), sum(xmin::text::bigint)"
            + " FROM @acknowledged_timeless WHERE [mine] TRUE HAVING count(*) > 0";

    private final Dialect dialect;
    private final RequestTable requests;

    SharedStateClient(StreamName stream, DatabaseAccess database, Time time) {
        super(stream, database);
        this.dialect = Dialect.shared(stream.text());
        this.requests = new RequestTable(dialect, time);
    }

    @Override
    public Set<IdPart> idParts(Instant since) {
        long first = PackedIds.start(IdRange.firstId(since));
        return database.use(connection -> {
            Set<IdPart> parts =
                    new HashSet<>(Sql.list(connection, dialect.sql(ID_PARTS), SharedStateClient::part, first));
            parts.addAll(Sql.list(connection, dialect.sql(TIMELESS_PART), SharedStateClient::part));
            return parts;
        });
    }

    private static IdPart part(ResultSet row) throws SQLException {
        return new IdPart(row.getLong(1), row.getLong(2), row.getLong(3));
    }

    @Override
    public void ids(long firstKey, long lastKey, LongConsumer each) {
        inTransaction(connection -> {
            queries.idsOfParts(connection, firstKey, lastKey, each);
            return true;
        });
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
