package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.recovery.outbox.source.DatabaseProduct;
import io.gapless.recovery.outbox.source.TimeForm;
import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Describes the columns of a query, and turns a row into a record. Moments become an {@link Instant}. Dates and times
 * of day become text in ISO 8601. Numbers and booleans stay as they are. Every other value becomes the text of the
 * database. Some drivers convert values, such as {@code TINYINT(1)} to a boolean. Such values are read as the database
 * holds them. Immutable.
 */
final class Columns {
    private static final int COLUMNS_MAX = 1_000;
    private static final int ID_CHARACTERS_MAX = 1_000;
    /** How many characters of a key the name of its row shows if the key is too long. */
    private static final int KEY_SHOWN_CHARACTERS = 100;
    /** Types that PostgreSQL's driver would turn into booleans or rounded numbers. */
    private static final Set<String> TEXTS_OF_POSTGRESQL = Set.of("bit", "money");

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    /** Decides how the values of a column are read. */
    private enum Kind {
        MOMENT,
        /**
         * A column of SQLite with a type for moments. SQLite does not enforce types, so only each value shows whether
         * it is a moment, and in which form.
         */
        PERHAPS_MOMENT,
        DATE,
        TEXT,
        /** A whole number, even if the driver assumes another type. */
        WHOLE,
        /** A number that the driver returns as bytes. */
        BITS,
        VALUE
    }

    /** Describes one column. The place is the number of the column in the result, counted from 1. */
    private record Column(int place, String type, Kind kind, TimeForm form) {}

    private final Map<String, Column> byName;
    private final Needed needed;
    private final List<String> key;
    private final ZoneId zone;

    /**
     * Holds the names of the columns that a query must have. They are the names of the fields of a record.
     *
     * @param key the columns that identify a record. If the list is empty, the column that {@link #id} names identifies
     *     a record. If that column is {@code request_id} and the query also has {@code service_id}, these two columns
     *     identify a record together
     */
    record Needed(String id, String lastModified, List<String> others, List<String> key) {
        Needed {
            others = List.copyOf(others);
            key = List.copyOf(key);
        }

        List<String> keyOf(Set<String> columns) {
            if (!key.isEmpty()) return key;
            boolean both = id.equals(ServiceRequests.REQUEST_ID) && columns.contains(ServiceRequests.SERVICE_ID);
            return both ? List.of(ServiceRequests.SERVICE_ID, id) : List.of(id);
        }
    }

    /** Thrown when a value cannot be read or is missing. The message is a complete sentence. */
    private static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String message) {
            super(message);
        }
    }

    private Columns(Map<String, Column> byName, Needed needed, ZoneId zone) {
        this.byName = byName;
        this.needed = needed;
        this.key = needed.keyOf(byName.keySet());
        this.zone = zone;
    }

    /**
     * Checks the columns of a query.
     *
     * @param zone the time zone of local times; null if it is not set
     * @throws IllegalArgumentException if the columns cannot be used; the message says what to change
     */
    static Columns of(ResultSetMetaData found, Needed needed, DatabaseProduct product, @Nullable ZoneId zone)
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
            if (column.kind() == Kind.VALUE && isBytes(found.getColumnType(place), product)) throw bytes(name, column);
            if (byName.put(name, column) != null)
                throw new IllegalArgumentException("The query has two columns named " + name
                        + ". Give one of them another alias, since the fields of a record have different names.");
        }
        checkPresent(needed.id(), byName);
        checkPresent(needed.lastModified(), byName);
        needed.others().forEach(name -> checkPresent(name, byName));
        needed.key().forEach(name -> checkPresent(name, byName));
        Columns columns = new Columns(byName, needed, zone == null ? ZoneOffset.UTC : zone);
        if (product != DatabaseProduct.SQLITE) columns.checkLastModified();
        return columns;
    }

    private static Column column(int place, int jdbcType, String type, DatabaseProduct product) {
        if (product == DatabaseProduct.SQLITE) {
            boolean moment = jdbcType == Types.TIMESTAMP || jdbcType == Types.TIMESTAMP_WITH_TIMEZONE;
            return new Column(place, type, moment ? Kind.PERHAPS_MOMENT : Kind.VALUE, TimeForm.TEXT);
        }
        Optional<TimeForm> moments = product.timeForm(jdbcType, type);
        if (moments.isPresent()) return new Column(place, type, Kind.MOMENT, moments.get());
        return new Column(place, type, kind(jdbcType, type.toLowerCase(Locale.ROOT), product), TimeForm.TEXT);
    }

    private static Kind kind(int jdbcType, String type, DatabaseProduct product) {
        if (product == DatabaseProduct.MARIADB) {
            // Read these types as numbers, since MariaDB's BOOLEAN is another name of TINYINT(1).
            if (type.startsWith("tinyint") || type.startsWith("bool") || type.startsWith("year")) return Kind.WHOLE;
            if (type.startsWith("bit") && jdbcType != Types.BOOLEAN) return Kind.BITS;
        }
        if (product == DatabaseProduct.POSTGRESQL && TEXTS_OF_POSTGRESQL.contains(type)) return Kind.TEXT;
        return switch (jdbcType) {
            case Types.DATE -> Kind.DATE;
            case Types.TIME, Types.TIME_WITH_TIMEZONE -> Kind.TEXT;
            default -> Kind.VALUE;
        };
    }

    private static boolean isBytes(int jdbcType, DatabaseProduct product) {
        if (product == DatabaseProduct.SQLITE) return false;
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

    /** Returns the columns that identify a record. */
    List<String> key() {
        return key;
    }

    String lastModifiedName() {
        return needed.lastModified();
    }

    private Column column(String name) {
        Column column = byName.get(name);
        if (column == null) throw new IllegalStateException("no column " + name);
        return column;
    }

    /**
     * Returns the form in which the query compares moments. For SQLite, {@link #firstForm} finds the form in the values
     * instead.
     */
    TimeForm lastModifiedForm() {
        return column(needed.lastModified()).form();
    }

    /**
     * Returns the form of the moments in SQLite's rows: that of the first row with a readable moment, or {@link
     * TimeForm#ANY} if no row has a value.
     *
     * @throws IllegalArgumentException if rows have values, but none of them can be read as a moment
     */
    TimeForm firstForm(ResultSet rows) throws SQLException {
        DateTimeException why = null;
        while (rows.next()) {
            Object value = rows.getObject(column(needed.lastModified()).place());
            if (value == null) continue;
            try {
                TimeForm form = TimeForm.of(value);
                form.moment(value, zone);
                return form;
            } catch (DateTimeException e) {
                why = e;
            }
        }
        if (why == null) return TimeForm.ANY;
        throw new IllegalArgumentException("The column " + needed.lastModified() + " " + why.getMessage() + ".", why);
    }

    /** Holds the result of reading a row. */
    sealed interface Row {
        /** Returns when the row was last modified; empty if that cannot be read. */
        Optional<Instant> lastModified();
    }

    /** A row that became a record. */
    record Good(OutboxRecord record) implements Row {
        @Override
        public Optional<Instant> lastModified() {
            return Optional.of(record.lastModified());
        }
    }

    /** A row that cannot become a record. */
    record Bad(UnreadableRow row) implements Row {
        @Override
        public Optional<Instant> lastModified() {
            return row.lastModified();
        }
    }

    /**
     * Reads a row. A value that cannot be read affects only this row.
     *
     * @param form the form of the time of the last change
     * @throws SQLException if the connection breaks
     */
    Row read(ResultSet row, TimeForm form) throws SQLException {
        Instant at = null;
        try {
            at = lastModified(row, form);
            return new Good(record(row, at));
        } catch (Unreadable e) {
            return bad(row, at, String.valueOf(e.getMessage()));
        }
    }

    private Instant lastModified(ResultSet row, TimeForm form) throws SQLException, Unreadable {
        String name = needed.lastModified();
        Column column = column(name);
        Instant at = guarded(name, () -> form.read(row, column.place(), zone));
        if (at == null) throw missing(row, name, column);
        return at;
    }

    private OutboxRecord record(ResultSet row, Instant lastModified) throws SQLException, Unreadable {
        String id = key(row);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Column> column : byName.entrySet()) {
            String name = column.getKey();
            boolean known = name.equals(needed.lastModified()) && isSaid(lastModified);
            fields.put(name, known ? lastModified : guarded(name, () -> value(row, name, column.getValue())));
        }
        return new OutboxRecord(id, lastModified, fields);
    }

    private String key(ResultSet row) throws SQLException, Unreadable {
        List<String> parts = new ArrayList<>();
        for (String name : key) {
            Column column = column(name);
            String part = guarded(name, () -> row.getString(column.place()));
            if (part == null) throw missing(row, name, column);
            if (part.isEmpty()) throw new Unreadable("The column " + name + " is empty, and identifies the record.");
            parts.add(part);
        }
        String id = joined(parts);
        if (id.length() > ID_CHARACTERS_MAX)
            throw new Unreadable("The columns " + String.join(", ", key) + " have " + id.length()
                    + " characters, and identify the record. The limit is " + ID_CHARACTERS_MAX + ".");
        return id;
    }

    /** Joins the parts of a key so that no two keys have the same text. */
    private static String joined(List<String> parts) {
        if (parts.size() == 1) return parts.get(0);
        return parts.stream()
                .map(part -> part.replace("\\", "\\\\").replace("/", "\\/"))
                .collect(Collectors.joining("/"));
    }

    /** Reads one value. */
    @FunctionalInterface
    private interface Value<T> {
        @Nullable
        T read() throws SQLException, Unreadable;
    }

    /**
     * Reads a value, and separates two kinds of failures. A value that the driver cannot convert makes only its row
     * unreadable. A value that the driver cannot fetch ends the poll.
     */
    private static <T> @Nullable T guarded(String name, Value<T> value) throws SQLException, Unreadable {
        try {
            return value.read();
        } catch (DateTimeException e) {
            throw new Unreadable("The column " + name + " " + e.getMessage() + ".");
        } catch (SQLException e) {
            if (!isOfValue(e)) throw e;
            throw new Unreadable("The column " + name + " cannot be read: " + e.getMessage());
        } catch (RuntimeException e) {
            // Some drivers throw such exceptions for values that they do not expect.
            throw new Unreadable("The column " + name + " cannot be read: " + e);
        }
    }

    /**
     * Returns whether a failure concerns only one value. Such failures are data exceptions, and conversions that a
     * driver refuses. In both cases the driver has received the value, and the connection is intact.
     */
    private static boolean isOfValue(SQLException e) {
        String state = e.getSQLState();
        return e instanceof SQLDataException
                || e instanceof SQLFeatureNotSupportedException
                || state != null && (state.startsWith("22") || state.startsWith("42") || state.equals("S1009"));
    }

    private Bad bad(ResultSet row, @Nullable Instant at, String reason) throws SQLException {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (Map.Entry<String, Column> column : byName.entrySet())
            values.put(
                    column.getKey(),
                    shown(row, column.getKey(), column.getValue().place()));
        return new Bad(new UnreadableRow(name(values), Optional.ofNullable(at), reason, values));
    }

    private static @Nullable String shown(ResultSet row, String name, int place) throws SQLException {
        try {
            return guarded(name, () -> row.getString(place));
        } catch (Unreadable e) {
            return "?";
        }
    }

    /**
     * Returns the key of a row as text. If the key is incomplete or too long, returns its parts, shortened if
     * necessary, with a hash of the values that distinguishes the row from others.
     */
    String name(Map<String, @Nullable String> values) {
        List<String> parts =
                key.stream().map(name -> shownPart(name, values.get(name))).toList();
        String id = joined(parts);
        boolean whole = key.stream().map(values::get).allMatch(part -> part != null && !part.isEmpty());
        if (whole && id.length() <= ID_CHARACTERS_MAX) return id;
        String shown = id.length() <= KEY_SHOWN_CHARACTERS ? id : id.substring(0, KEY_SHOWN_CHARACTERS) + "…";
        return shown + " #" + Integer.toHexString(values.hashCode());
    }

    private static String shownPart(String name, @Nullable String value) {
        if (value == null) return name + " is null";
        return value.isEmpty() ? name + " is empty" : value;
    }

    private @Nullable Object value(ResultSet row, String name, Column column) throws SQLException, Unreadable {
        int place = column.place();
        switch (column.kind()) {
            case MOMENT:
                Instant at = column.form().read(row, place, zone);
                if (at == null) return nullOrUnreadable(row, name, column);
                // Keep the text of the database for a moment outside the years 1 to 9999, for example PostgreSQL's
                // infinity.
                return isSaid(at) ? at : row.getString(place);
            case DATE:
                LocalDate date = row.getObject(place, LocalDate.class);
                if (date == null) return nullOrUnreadable(row, name, column);
                return date.getYear() < 1 || date.getYear() > 9999 ? row.getString(place) : date.toString();
            case TEXT:
                return row.getString(place);
            case WHOLE:
                long whole = row.getLong(place);
                return row.wasNull() ? null : (Object) whole;
            case BITS:
                return bits(row.getObject(place));
            default:
                Object value = row.getObject(place);
                if (value instanceof byte[])
                    throw new Unreadable(String.valueOf(bytes(name, column).getMessage()));
                if (value == null || value instanceof Number || value instanceof Boolean)
                    return orMoment(value, column);
                return orMoment(row.getString(place), column);
        }
    }

    private static @Nullable Object bits(@Nullable Object value) {
        if (!(value instanceof byte[] bytes)) return value;
        BigInteger number = new BigInteger(1, bytes);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    private static boolean isSaid(Instant at) {
        return !at.isBefore(FIRST) && at.isBefore(END);
    }

    /**
     * Returns null if the column is null. Throws if the driver has turned another value into null, as MariaDB's driver
     * does with 0000-00-00.
     */
    private static @Nullable Object nullOrUnreadable(ResultSet row, String name, Column column)
            throws SQLException, Unreadable {
        String shown = row.getString(column.place());
        if (shown == null) return null;
        throw new Unreadable("The column " + name + " is " + shown + ", which is not a time.");
    }

    /**
     * Converts a value of SQLite to a moment, if its column has a type for moments and the value can be read as a
     * moment. Otherwise returns the value unchanged.
     */
    private @Nullable Object orMoment(@Nullable Object value, Column column) {
        if (value == null || column.kind() != Kind.PERHAPS_MOMENT) return value;
        try {
            return TimeForm.of(value).moment(value, zone);
        } catch (DateTimeException e) {
            return value;
        }
    }

    private static Unreadable missing(ResultSet row, String name, Column column) throws SQLException, Unreadable {
        nullOrUnreadable(row, name, column);
        return new Unreadable("The column " + name
                + " is null in a row of the interval, and each record needs a value. Exclude such rows in the query, or"
                + " give them a value.");
    }

    ZoneId zone() {
        return zone;
    }
}
