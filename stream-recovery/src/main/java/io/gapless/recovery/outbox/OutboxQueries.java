package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.source.SourceTime;
import io.gapless.recovery.storage.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Runs the queries that the owner of an outbox and its clients share, and the changes that clients may make. */
final class OutboxQueries {
    private static final int TEXT_CHARACTERS_MAX = 2_000;

    /** Holds how far the outbox has collected and sent. */
    record Marks(
            Optional<Instant> began,
            Optional<Instant> slot,
            Optional<Instant> collectedUntil,
            Optional<Instant> rememberedFrom,
            Optional<Instant> lastAcknowledgedAt) {}

    /**
     * Selects the latest time at which an interval was acknowledged, among the intervals before the first one that
     * still waits. Intervals after that one do not count, because an empty interval is acknowledged at once.
     */
    private static final String IN_ORDER =
            "(SELECT max(acknowledged_ms) FROM sent_interval WHERE id < coalesce((SELECT min(id) FROM sent_interval"
                    + " WHERE acknowledged_ms IS NULL), 9223372036854775807))";

    /** Selects how many intervals were ever collected. */
    static final String INTERVALS = "(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'sent_interval')";

    private OutboxQueries() {}

    static boolean hasCollected(Connection connection) throws SQLException {
        return Sql.number(connection, "SELECT " + INTERVALS) > 0;
    }

    /** Returns whether every interval before this one is acknowledged. */
    static boolean isInOrder(Connection connection, long interval) throws SQLException {
        return Sql.number(
                        connection,
                        "SELECT count(*) FROM sent_interval WHERE acknowledged_ms IS NULL AND id < ?",
                        interval)
                == 0;
    }

    static Marks marks(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT *, " + IN_ORDER + " AS acknowledged_ms FROM outbox",
                        row -> new Marks(
                                SourceTime.millis(row, "began_ms"),
                                SourceTime.millis(row, "slot_ms"),
                                SourceTime.micros(row, "collected_until_us"),
                                SourceTime.micros(row, "remembered_from_us"),
                                SourceTime.millis(row, "acknowledged_ms")))
                .get(0);
    }

    static Optional<Instant> lastEndBefore(Connection connection, Instant moment) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT max(until_us) AS until_us FROM sent_interval WHERE until_us < ?",
                        row -> SourceTime.micros(row, "until_us"),
                        SourceTime.micros(moment))
                .get(0);
    }

    /**
     * Returns the endpoint and the source that the outbox is bound to. It is bound to an endpoint that has acknowledged
     * or refused a record, and to a source from which records were taken. Until then the text is empty, so that a
     * mistyped address can be corrected.
     */
    static Ends boundTo(Connection connection) throws SQLException {
        // Compare with the number of all intervals that were ever collected. The history deletes only acknowledged
        // intervals, so deleted intervals count as acknowledged, too.
        return Sql.list(
                        connection,
                        "SELECT CASE WHEN " + INTERVALS + " > (SELECT count(*) FROM sent_interval"
                                + " WHERE acknowledged = 0 AND quarantined = 0) THEN endpoint ELSE '' END,"
                                + " CASE WHEN " + INTERVALS + " > 0 OR last_seq > 0 THEN source ELSE '' END"
                                + " FROM sender, outbox",
                        row -> new Ends(row.getString(1), row.getString(2)))
                .get(0);
    }

    static Optional<Instant> beginning(Connection connection) throws SQLException {
        return Sql.list(connection, "SELECT begins_us FROM sender", row -> SourceTime.micros(row, "begins_us"))
                .get(0);
    }

    static RefusalRun refusals(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT refusals, refusal FROM sender",
                        row -> new RefusalRun(row.getInt(1), row.getString(2)))
                .get(0);
    }

    /** Returns how many bytes of the file are in use. Free pages do not count, since SQLite uses them again. */
    static long usedBytes(Connection connection) throws SQLException {
        long pages = Sql.number(connection, "PRAGMA page_count") - Sql.number(connection, "PRAGMA freelist_count");
        return pages * Sql.number(connection, "PRAGMA page_size");
    }

    /** Returns how full the file is, in percent of its limit on the disk. */
    static int percentFull(Connection connection, long diskMaxBytes) throws SQLException {
        return (int) (100 * (usedBytes(connection) / (double) diskMaxBytes));
    }

    static SenderStatus status(Connection connection) throws SQLException {
        long used = usedBytes(connection);
        return Sql.list(
                        connection,
                        "SELECT collected_until_us, unfrozen, began_ms, s.*, " + IN_ORDER + " AS in_order_ms,"
                                + " (SELECT min(from_us) FROM sent_interval WHERE acknowledged_ms IS NULL) AS open_us,"
                                + " (SELECT max(acknowledged_ms) FROM sent_interval) AS acknowledged_ms,"
                                + " (SELECT coalesce(sum(records), 0) FROM batch) AS batched,"
                                + " (SELECT count(*) FROM batch) AS batches,"
                                + " (SELECT count(*) FROM quarantine) AS quarantined FROM outbox, sender s",
                        row -> status(row, used))
                .get(0);
    }

    private static SenderStatus status(ResultSet row, long used) throws SQLException {
        Optional<Instant> collected = SourceTime.micros(row, "collected_until_us");
        Optional<Instant> acknowledged = SourceTime.millis(row, "acknowledged_ms");
        Optional<Instant> began = SourceTime.millis(row, "began_ms");
        long lateAfter = row.getLong("late_after_ms");
        return new SenderStatus(
                collected,
                SourceTime.micros(row, "open_us").or(() -> collected).filter(at -> !at.equals(SourceTime.BEGINNING)),
                acknowledged,
                row.getLong("unfrozen") + row.getLong("batched"),
                row.getLong("batches"),
                row.getLong("quarantined"),
                used,
                row.getString("endpoint"),
                row.getString("source"),
                failure(row, "failure", "failed_ms"),
                failure(row, "source_failure", "source_failed_ms"),
                SourceTime.millis(row, "next_slot_ms"),
                SourceTime.millis(row, "next_try_ms"),
                SourceTime.millis(row, "in_order_ms").or(() -> began).map(last -> last.plusMillis(lateAfter)));
    }

    private static Optional<SenderStatus.Failure> failure(ResultSet row, String why, String at) throws SQLException {
        String text = row.getString(why);
        return text == null
                ? Optional.empty()
                : Optional.of(new SenderStatus.Failure(Instant.ofEpochMilli(row.getLong(at)), text));
    }

    static SentInterval interval(Connection connection, long id) throws SQLException {
        List<SentInterval> found =
                Sql.list(connection, "SELECT * FROM sent_interval WHERE id = ?", OutboxQueries::interval, id);
        if (found.isEmpty()) throw new SQLDataException("it has no interval " + id);
        return found.get(0);
    }

    static List<SentInterval> history(Connection connection, int limit) throws SQLException {
        return Sql.list(
                connection, "SELECT * FROM sent_interval ORDER BY id DESC LIMIT ?", OutboxQueries::interval, limit);
    }

    private static SentInterval interval(ResultSet row) throws SQLException {
        return new SentInterval(
                row.getLong("id"),
                SourceTime.ofMicros(row.getLong("from_us")),
                SourceTime.ofMicros(row.getLong("until_us")),
                Instant.ofEpochMilli(row.getLong("collected_ms")),
                row.getLong("batches"),
                row.getLong("records"),
                row.getLong("acknowledged"),
                row.getLong("quarantined"),
                row.getString("answer"),
                SourceTime.millis(row, "acknowledged_ms"),
                row.getLong("unchanged"),
                row.getLong("older"));
    }

    static List<QuarantinedRecord> quarantined(Connection connection, int limit) throws SQLException {
        return Sql.list(
                connection, "SELECT * FROM quarantine ORDER BY seq LIMIT ?", OutboxQueries::quarantinedRecord, limit);
    }

    private static QuarantinedRecord quarantinedRecord(ResultSet row) throws SQLException {
        byte[] body = row.getBytes("body");
        String text = body == null ? row.getString("fields") : new String(body, StandardCharsets.UTF_8);
        return new QuarantinedRecord(
                row.getLong("seq"),
                row.getString("id"),
                SourceTime.micros(row, "version_us").filter(at -> !at.equals(SourceTime.BEGINNING)),
                row.getString("reason"),
                Instant.ofEpochMilli(row.getLong("at_ms")),
                text.substring(0, Math.min(text.length(), TEXT_CHARACTERS_MAX)),
                row.getLong("resend") == 1);
    }

    static int resend(Connection connection, List<Long> numbers) throws SQLException {
        int found = 0;
        for (long number : numbers)
            found += Sql.run(connection, "UPDATE quarantine SET resend = 1 WHERE seq = ?", number);
        return found;
    }

    static List<RepeatSpan> repeats(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                "SELECT * FROM repeat ORDER BY id",
                row -> new RepeatSpan(
                        row.getLong("id"),
                        SourceTime.ofMicros(row.getLong("from_us")),
                        SourceTime.ofMicros(row.getLong("until_us"))));
    }

    /**
     * Stores a span that is to be collected again. Throws if the records of the outbox were pushed, since no source can
     * return them again.
     */
    static int sendAgain(Connection connection, Instant from, Instant until) throws SQLException {
        if (!from.isBefore(until))
            throw new IllegalArgumentException("until is " + until + ", which is not after from, " + from + ".");
        if (Sql.number(connection, "SELECT count(*) FROM sender WHERE source = ?", Ends.PUSHED) == 1)
            throw new IllegalArgumentException(
                    "The records of this outbox were pushed, as posts of a stream are, and it"
                            + " forgets what was acknowledged. Only what a source can be asked for can be sent again.");
        return Sql.run(
                connection,
                "INSERT INTO repeat (from_us, until_us) VALUES (?, ?)",
                SourceTime.micros(from),
                SourceTime.micros(until));
    }

    static int discard(Connection connection, List<Long> numbers) throws SQLException {
        int found = 0;
        for (long number : numbers) found += Sql.run(connection, "DELETE FROM quarantine WHERE seq = ?", number);
        return found;
    }

    static int discardAll(Connection connection) throws SQLException {
        return Sql.run(connection, "DELETE FROM quarantine");
    }

    static int resendAll(Connection connection) throws SQLException {
        return Sql.run(connection, "UPDATE quarantine SET resend = 1");
    }
}
