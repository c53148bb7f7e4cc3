package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.recovery.outbox.source.TimeForm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an interval in which the database itself refuses a row, for example because of a cast that fails. First only
 * the keys are queried, so that the database does not compute the value that fails. Then the rows are read by their
 * keys. A portion of rows that fails is halved until the bad row is alone. One object serves one poll.
 */
final class Salvage {
    private static final int KEYS_MAX = 100_000;
    private static final int PORTION = 200;

    private final Connection connection;
    private final String query;
    private final Columns columns;
    private final TimeForm.Asked asked;
    private final int fetchSize;

    /** Receives the rows, as in a poll without failures. */
    @FunctionalInterface
    interface Rows<E extends Exception> {
        void take(Columns.Row row) throws SQLException, E;
    }

    /** Begins a new transaction after a failure. */
    @FunctionalInterface
    interface Again {
        void begin() throws SQLException;
    }

    /** Holds the values of a key, and the time of its row. */
    private record Key(List<Object> values, Optional<Instant> at) {}

    Salvage(Connection connection, String query, Columns columns, TimeForm.Asked asked, int fetchSize) {
        this.connection = connection;
        this.query = query;
        this.columns = columns;
        this.asked = asked;
        this.fetchSize = fetchSize;
    }

    /** Returns whether a failure is caused by the values of a row. */
    static boolean isOfRow(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("22");
    }

    /**
     * Reads the interval.
     *
     * @throws SQLException the given failure, if the keys cannot be read either, if a key contains null, or if there
     *     are more than {@link #KEYS_MAX} keys
     */
    <E extends Exception> void read(SQLException failure, TimeForm form, Again again, Rows<E> rows)
            throws SQLException, E {
        again.begin();
        List<Key> keys = keys(failure, form);
        List<List<Key>> left = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += PORTION)
            left.add(keys.subList(from, Math.min(keys.size(), from + PORTION)));
        Collections.reverse(left);
        while (!left.isEmpty()) {
            List<Key> portion = left.remove(left.size() - 1);
            SQLException refused = tried(portion, form, rows);
            if (refused == null) continue;
            again.begin();
            int half = portion.size() / 2;
            if (half == 0) rows.take(bad(portion.get(0), refused));
            else {
                left.add(portion.subList(half, portion.size()));
                left.add(portion.subList(0, half));
            }
        }
    }

    private List<Key> keys(SQLException failure, TimeForm form) throws SQLException {
        List<String> names = columns.key();
        String quote = connection.getMetaData().getIdentifierQuoteString();
        StringBuilder sql = new StringBuilder("SELECT ");
        for (String name : names) sql.append("q.").append(quoted(name, quote)).append(", ");
        sql.append("q.").append(quoted(columns.lastModifiedName(), quote)).append(" FROM (");
        List<Key> keys = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql + query + ") q")) {
            statement.setFetchSize(fetchSize);
            ask(statement);
            ResultSet row = statement.executeQuery();
            while (row.next()) {
                if (keys.size() == KEYS_MAX) throw failure;
                List<Object> values = new ArrayList<>();
                for (int place = 1; place <= names.size(); place++) {
                    Object value = row.getObject(place);
                    // A row with null in its key cannot be found by its key.
                    if (value == null) throw failure;
                    values.add(value);
                }
                Instant at = form.read(row, names.size() + 1, columns.zone());
                keys.add(new Key(List.copyOf(values), Optional.ofNullable(at)));
            }
            return keys;
        } catch (SQLException e) {
            if (e == failure || !isOfRow(e)) throw e;
            throw failure;
        }
    }

    private <E extends Exception> @Nullable SQLException tried(List<Key> portion, TimeForm form, Rows<E> rows)
            throws SQLException, E {
        String quote = connection.getMetaData().getIdentifierQuoteString();
        List<String> each = columns.key().stream()
                .map(name -> "q." + quoted(name, quote) + " = ?")
                .toList();
        String one = "(" + String.join(" AND ", each) + ")";
        String sql = "SELECT * FROM (" + query + ") q WHERE "
                + String.join(" OR ", Collections.nCopies(portion.size(), one));
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(fetchSize);
            ask(statement);
            int place = 3;
            for (Key key : portion) for (Object value : key.values()) statement.setObject(place++, value);
            ResultSet row = statement.executeQuery();
            while (row.next()) rows.take(columns.read(row, form));
            return null;
        } catch (SQLException e) {
            if (!isOfRow(e)) throw e;
            return e;
        }
    }

    private void ask(PreparedStatement statement) throws SQLException {
        statement.setObject(1, asked.from());
        statement.setObject(2, asked.until());
    }

    private Columns.Bad bad(Key key, SQLException why) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        int place = 0;
        for (String name : columns.key())
            values.put(name, String.valueOf(key.values().get(place++)));
        String words = Wording.oneLine(String.valueOf(why.getMessage()));
        return new Columns.Bad(new UnreadableRow(
                columns.name(values), key.at(), "The database refuses the row: " + Wording.ended(words), values));
    }

    private static String quoted(String name, String quote) {
        return quote + name.replace(quote, quote + quote) + quote;
    }
}
