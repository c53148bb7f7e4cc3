package io.gapless.recovery.state;

import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.state.StateReader.Remembered;
import io.gapless.recovery.storage.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Reads the tables of a state, for the owner and for clients. */
final class Queries {
    /**
     * The kinds of requests that this version can read, as an SQL list. A newer version of Gapless may have more kinds;
     * requests of those kinds stay unanswered.
     */
    private static final String KNOWN_KINDS = Arrays.stream(StoreRequest.Kind.values())
            .map(kind -> "'" + kind.name() + "'")
            .collect(Collectors.joining(", "));

    private static final String PACKED_IDS =
            "SELECT first, steps FROM @acknowledged WHERE [mine] first BETWEEN ? AND ? ORDER BY first";

    private final Dialect dialect;

    Queries(Dialect dialect) {
        this.dialect = dialect;
    }

    Remembered remembered(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect.beginToRead());
            Remembered remembered = rememberedNow(connection);
            statement.execute("COMMIT");
            return remembered;
        }
    }

    private Remembered rememberedNow(Connection connection) throws SQLException {
        List<Change.Frontier> frontier = Sql.list(
                connection,
                dialect.sql("SELECT at_ms, oldest_unacknowledged_ms FROM @frontier WHERE [mine] id = 1"),
                row -> new Change.Frontier(moment(row, 1), moment(row, 2)));
        List<Gap> open = Sql.list(
                connection,
                dialect.sql("SELECT id, json FROM @gap WHERE [mine] is_open = 1 ORDER BY id"),
                Queries::gap);
        long lastGapId =
                Sql.number(connection, dialect.sql("SELECT coalesce(max(id), 0) FROM @gap WHERE [mine] id > 0"));
        Map<String, String> notes = new HashMap<>();
        Sql.list(
                connection,
                dialect.sql("SELECT name, value FROM @note WHERE [mine] TRUE"),
                row -> notes.put(row.getString(1), row.getString(2)));
        return new Remembered(frontier.stream().findFirst(), open, lastGapId, notes);
    }

    void ids(Connection connection, IdRange range, LongConsumer each) throws SQLException {
        LongConsumer within = id -> {
            if (range.first() <= id && id <= range.last()) each.accept(id);
        };
        packedIds(connection, PackedIds.start(range.first()), range.last(), within);
        timelessIds(connection, each);
    }

    /** Passes the ids of the rows that begin within neighbouring parts to a consumer. */
    void idsOfParts(Connection connection, long firstKey, long lastKey, LongConsumer each) throws SQLException {
        if (firstKey == IdPart.TIMELESS) timelessIds(connection, each);
        packedIds(connection, IdPart.firstId(firstKey), IdPart.firstId(lastKey + 1) - 1, each);
    }

    private void packedIds(Connection connection, long first, long last, LongConsumer each) throws SQLException {
        Sql.forEach(connection, row -> packedIds(row).forEach(each), dialect.sql(PACKED_IDS), first, last);
    }

    private void timelessIds(Connection connection, LongConsumer each) throws SQLException {
        Sql.forEach(
                connection,
                row -> each.accept(row.getLong(1)),
                dialect.sql("SELECT id FROM @acknowledged_timeless WHERE [mine] TRUE"));
    }

    /** Returns the rows whose first id lies between two ids, both included. */
    List<PackedIds> packedIds(Connection connection, long from, long to) throws SQLException {
        return Sql.list(connection, dialect.sql(PACKED_IDS), Queries::packedIds, from, to);
    }

    private static PackedIds packedIds(ResultSet row) throws SQLException {
        return new PackedIds(row.getLong(1), row.getBytes(2));
    }

    List<Gap> ledger(Connection connection, Instant since, int limit) throws SQLException {
        return Sql.list(
                connection,
                dialect.sql("SELECT id, json FROM @gap WHERE [mine] until_ms > ? ORDER BY id DESC LIMIT ?"),
                Queries::gap,
                since.isBefore(Instant.EPOCH) ? 0 : since.toEpochMilli(),
                limit);
    }

    List<DeadLetter> deadLetters(Connection connection, int limit) throws SQLException {
        return Sql.list(
                connection,
                dialect.sql(
                        "SELECT id, line, cause, at_ms FROM @dead_letter WHERE [mine] TRUE ORDER BY at_ms, id LIMIT ?"),
                row -> new DeadLetter(row.getLong(1), row.getBytes(2), row.getString(3), moment(row, 4)),
                limit);
    }

    long deadLetterCount(Connection connection) throws SQLException {
        return Sql.number(connection, dialect.sql("SELECT count(*) FROM @dead_letter WHERE [mine] TRUE"));
    }

    long spent(Connection connection, LocalDate day) throws SQLException {
        return Sql.number(
                connection,
                dialect.sql("SELECT coalesce(sum(posts), 0) FROM @spent WHERE [mine] day = ?"),
                day.toString());
    }

    List<StoreRequest> requests(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                dialect.sql(
                        "SELECT id, kind, arguments, asked_ms FROM @request WHERE [mine] answer IS NULL AND kind IN ("
                                + KNOWN_KINDS + ") ORDER BY id"),
                row -> new StoreRequest(
                        row.getLong(1), StoreRequest.Kind.valueOf(row.getString(2)), row.getString(3), moment(row, 4)));
    }

    Optional<RequestAnswer> answer(Connection connection, long request) throws SQLException {
        return Sql.list(
                        connection,
                        dialect.sql("SELECT answer, is_done FROM @request WHERE [mine] id = ? AND answer IS NOT NULL"),
                        row -> new RequestAnswer(row.getLong(2) != 0, row.getString(1)),
                        request)
                .stream()
                .findFirst();
    }

    private static Gap gap(ResultSet row) throws SQLException {
        try {
            return GapJson.read(row.getString(2));
        } catch (IllegalArgumentException e) {
            throw new SQLDataException("gap " + row.getLong(1) + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static Instant moment(ResultSet row, int column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }
}
