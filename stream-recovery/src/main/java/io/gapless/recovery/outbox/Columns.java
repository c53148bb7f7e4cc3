package io.gapless.recovery.outbox;

import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a query, and how a row of them becomes a record: moments become an {@link Instant}, dates and times of
 * day text in ISO 8601, numbers and truth values stay what they are, all else becomes the database's text. Immutable.
 */
final class Columns {
    private static final int COLUMNS_MAX = 1_000;

    /** What is done with a column's values. */
    private enum Kind {
        MOMENT,
        /** SQLite's moments: only a value tells its form, and whether it is one. */
        PERHAPS_MOMENT,
        DATE,
        TEXT,
        VALUE
    }

    /** One of them; places count from 1. */
    private record Column(int place, String type, Kind kind, TimeForm form) {}

    private final Map<String, Column> byName;
    private final Needed needed;
    private final ZoneId zone;

    /** The columns that a query must have, by the names that the records' fields will have. */
    record Needed(String id, String lastModified, List<String> others) {
        Needed {
            others = List.copyOf(others);
        }
    }

    private Columns(Map<String, Column> byName, Needed needed, ZoneId zone) {
        this.byName = byName;
        this.needed = needed;
        this.zone = zone;
    }

    /**
     * Looks whether a query's columns will do.
     *
     * @param zone of moments that have none; null if not known
     * @throws IllegalArgumentException if not; the message says what to change
     */
    static Columns of(ResultSetMetaData found, Needed needed, Product product, @Nullable ZoneId zone)
            throws SQLException {
        int count = found.getColumnCount();
        if (count > COLUMNS_MAX)
            throw new IllegalArgumentException("The query has " + count + " columns; the limit is " + COLUMNS_MAX
                    + ". Name the columns that you need instead of *.");
        Map<String, Column> byName = new LinkedHashMap<>();
        for (int place = 1; place <= count; place++) {
            String name = found.getColumnLabel(place);
            Column column = column(place, found.getColumnType(place), found.getColumnTypeName(place), product);
            if (column.form() == TimeForm.LOCAL && zone == null) throw withoutZone(name, column);
            if (isBytes(found.getColumnType(place), product)) throw bytes(name, column);
            if (byName.put(name, column) != null)
                throw new IllegalArgumentException("The query has two columns named " + name
                        + ". Give one of them another alias, since the fields of a record have different names.");
        }
        checkPresent(needed.id(), byName);
        checkPresent(needed.lastModified(), byName);
        needed.others().forEach(name -> checkPresent(name, byName));
        Columns columns = new Columns(byName, needed, zone == null ? ZoneOffset.UTC : zone);
        if (product != Product.SQLITE) columns.checkLastModified();
        return columns;
    }

    private static Column column(int place, int jdbcType, String type, Product product) {
        return switch (jdbcType) {
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
                product == Product.SQLITE
                        ? new Column(place, type, Kind.PERHAPS_MOMENT, TimeForm.TEXT)
                        : new Column(place, type, Kind.MOMENT, product.timeForm(jdbcType, type));
            case Types.DATE ->
                new Column(place, type, product == Product.SQLITE ? Kind.VALUE : Kind.DATE, TimeForm.TEXT);
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> new Column(place, type, Kind.TEXT, TimeForm.TEXT);
            default -> new Column(place, type, Kind.VALUE, TimeForm.TEXT);
        };
    }

    private static boolean isBytes(int jdbcType, Product product) {
        if (product == Product.SQLITE) return false;
        return switch (jdbcType) {
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> true;
            default -> false;
        };
    }

    private static void checkPresent(String name, Map<String, Column> byName) {
        if (byName.containsKey(name)) return;
        String other = byName.keySet().stream()
                .filter(name::equalsIgnoreCase)
                .findFirst()
                .map(found -> " The database changes the alias to " + found + ", so put it in double quotes.")
                .orElse("");
        throw new IllegalArgumentException(
                "The query has no column named " + name + ". Its columns are " + String.join(", ", byName.keySet())
                        + ". Add an alias to the right column: … AS " + name + "." + other);
    }

    private static IllegalArgumentException withoutZone(String name, Column column) {
        return new IllegalArgumentException("The column " + name + " has the type " + column.type()
                + ", which has no time zone. Set the zone of its times, such as UTC.");
    }

    private static IllegalArgumentException bytes(String name, Column column) {
        return new IllegalArgumentException("The column " + name + " has the type " + column.type()
                + ", and a record cannot hold bytes. Leave the column out, or convert it to text in the query.");
    }

    private void checkLastModified() {
        Column column = column(needed.lastModified());
        if (column.kind() == Kind.MOMENT) return;
        String what = "The column " + needed.lastModified() + " has the type " + column.type();
        if (column.kind() == Kind.DATE)
            throw new IllegalArgumentException(what
                    + ", which does not distinguish two changes of the same day. Use a column with a time of day.");
        throw new IllegalArgumentException(what + ", which is not a time. Use a timestamp column, or convert it to"
                + " a timestamp, both in the condition and in the result.");
    }

    private Column column(String name) {
        Column column = byName.get(name);
        if (column == null) throw new IllegalStateException("no column " + name);
        return column;
    }

    /** The form of the moments by which an interval is asked for, unless only a value can tell. */
    TimeForm lastModifiedForm() {
        return column(needed.lastModified()).form();
    }

    /**
     * The form of the moments in a first row of SQLite's.
     *
     * @throws IllegalArgumentException if it is none
     */
    TimeForm lastModifiedForm(ResultSet row) throws SQLException {
        Object value = row.getObject(column(needed.lastModified()).place());
        if (value == null) throw nothing(needed.lastModified());
        try {
            TimeForm form = TimeForm.of(value);
            form.moment(value, zone);
            return form;
        } catch (DateTimeException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads when a row was last modified.
     *
     * @param form its form
     * @throws IllegalArgumentException if it is no moment
     */
    Instant lastModified(ResultSet row, TimeForm form) throws SQLException {
        try {
            Instant at = form.read(row, column(needed.lastModified()).place(), zone);
            if (at == null) throw nothing(needed.lastModified());
            return at;
        } catch (DateTimeException e) {
            throw unreadable(e);
        }
    }

    /**
     * Reads a row.
     *
     * @throws IllegalArgumentException if it can be no record
     */
    OutboxRecord record(ResultSet row, Instant lastModified) throws SQLException {
        String id = row.getString(column(needed.id()).place());
        if (id == null) throw nothing(needed.id());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Column> column : byName.entrySet()) {
            boolean known = column.getKey().equals(needed.lastModified());
            fields.put(column.getKey(), known ? lastModified : value(row, column.getKey(), column.getValue()));
        }
        return new OutboxRecord(id, lastModified, fields);
    }

    private @Nullable Object value(ResultSet row, String name, Column column) throws SQLException {
        switch (column.kind()) {
            case MOMENT:
                return column.form().read(row, column.place(), zone);
            case DATE:
                LocalDate date = row.getObject(column.place(), LocalDate.class);
                return date == null ? null : date.toString();
            case TEXT:
                return row.getString(column.place());
            default:
                Object value = row.getObject(column.place());
                if (value instanceof byte[]) throw bytes(name, column);
                if (value == null || value instanceof Number || value instanceof Boolean)
                    return orMoment(value, column);
                return orMoment(row.getString(column.place()), column);
        }
    }

    /** What SQLite's column of a type for moments holds, if it is one. */
    private @Nullable Object orMoment(@Nullable Object value, Column column) {
        if (value == null || column.kind() != Kind.PERHAPS_MOMENT) return value;
        try {
            return TimeForm.of(value).moment(value, zone);
        } catch (DateTimeException e) {
            return value;
        }
    }

    private static IllegalArgumentException nothing(String name) {
        return new IllegalArgumentException("The column " + name
                + " is null in a row of the interval, and each record needs a value. Exclude such rows in the query, or"
                + " give them a value.");
    }

    private IllegalArgumentException unreadable(DateTimeException e) {
        return new IllegalArgumentException("The column " + needed.lastModified() + " " + e.getMessage() + ".", e);
    }

    ZoneId zone() {
        return zone;
    }
}
