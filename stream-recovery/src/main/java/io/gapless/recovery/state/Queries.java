package io.gapless.recovery.state;

import io.gapless.recovery.ledger.DeadLetter;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.GapJson;
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

/** Reads the tables of {@link Database}, for the owner and for clients. */
final class Queries {
    /**
     * The kinds of requests that this version can read, as an SQL list. A newer version of Gapless may have more kinds;
     * requests of those kinds stay unanswered.
     */
    private static final String KNOWN_KINDS = Arrays.stream(StoreRequest.Kind.values())
            .map(kind -> "'" + kind.name() + "'")
            .collect(Collectors.joining(", "));

    private static final String PACKED_IDS =
            "SELECT first, steps FROM acknowledged WHERE first BETWEEN ? AND ? ORDER BY first";

    private Queries() {}

    static Remembered remembered(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN"); // One transaction, so that all queries see the same commit.
            Remembered remembered = rememberedNow(connection);
            statement.execute("COMMIT");
            return remembered;
        }
    }

    private static Remembered rememberedNow(Connection connection) throws SQLException {
        List<Change.Frontier> frontier = Sql.list(
                connection,
                "SELECT at_ms, oldest_unacknowledged_ms FROM frontier",
                row -> new Change.Frontier(moment(row, 1), moment(row, 2)));
        List<Gap> open = Sql.list(connection, "SELECT id, json FROM gap WHERE is_open = 1 ORDER BY id", Queries::gap);
        long lastGapId = Sql.number(connection, "SELECT coalesce(max(id), 0) FROM gap");
        Map<String, String> notes = new HashMap<>();
        Sql.list(connection, "SELECT name, value FROM note", row -> notes.put(row.getString(1), row.getString(2)));
        return new Remembered(frontier.stream().findFirst(), open, lastGapId, notes);
    }

    static void ids(Connection connection, IdRange range, LongConsumer each) throws SQLException {
        LongConsumer within = id -> {
            if (range.first() <= id && id <= range.last()) each.accept(id);
        };
        Sql.forEach(
                connection,
                row -> packedIds(row).forEach(within),
                PACKED_IDS,
                PackedIds.start(range.first()),
                range.last());
        Sql.forEach(connection, row -> each.accept(row.getLong(1)), "SELECT id FROM acknowledged_timeless");
    }

    /** Returns the rows whose first id lies between two ids, both included. */
    static List<PackedIds> packedIds(Connection connection, long from, long to) throws SQLException {
        return Sql.list(connection, PACKED_IDS, Queries::packedIds, from, to);
    }

    private static PackedIds packedIds(ResultSet row) throws SQLException {
        return new PackedIds(row.getLong(1), row.getBytes(2));
    }

    static List<Gap> ledger(Connection connection, Instant since, int limit) throws SQLException {
        return Sql.list(
                connection,
                "SELECT id, json FROM gap WHERE until_ms > ? ORDER BY id DESC LIMIT ?",
                Queries::gap,
                since.isBefore(Instant.EPOCH) ? 0 : since.toEpochMilli(),
                limit);
    }

    static List<DeadLetter> deadLetters(Connection connection, int limit) throws SQLException {
        return Sql.list(
                connection,
                "SELECT id, line, cause, at_ms FROM dead_letter ORDER BY at_ms, id LIMIT ?",
                row -> new DeadLetter(row.getLong(1), row.getBytes(2), row.getString(3), moment(row, 4)),
                limit);
    }

    static long deadLetterCount(Connection connection) throws SQLException {
        return Sql.number(connection, "SELECT count(*) FROM dead_letter");
    }

    static long spent(Connection connection, LocalDate day) throws SQLException {
        return Sql.number(connection, "SELECT coalesce(sum(posts), 0) FROM spent WHERE day = ?", day.toString());
    }

    static List<StoreRequest> requests(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                "SELECT id, kind, arguments, asked_ms FROM request WHERE answer IS NULL AND kind IN (" + KNOWN_KINDS
                        + ") ORDER BY id",
                row -> new StoreRequest(
                        row.getLong(1), StoreRequest.Kind.valueOf(row.getString(2)), row.getString(3), moment(row, 4)));
    }

    static Optional<RequestAnswer> answer(Connection connection, long request) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT answer, is_done FROM request WHERE id = ? AND answer IS NOT NULL",
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
