package io.gapless.recovery.outbox;

import io.gapless.recovery.sqlite.Sql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Everything about an outbox that its owner and visitors may read, and what visitors may write. */
final class OutboxQueries {
    private static final int TEXT_CHARACTERS_MAX = 2_000;

    /** How far the outbox has come, for the one who collects. */
    record Marks(
            Optional<Instant> began,
            Optional<Instant> slot,
            Optional<Instant> collectedUntil,
            Optional<Instant> rememberedFrom,
            Optional<Instant> lastAcknowledgedAt) {}

    private OutboxQueries() {}

    static Marks marks(Connection connection) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT *, (SELECT max(acknowledged_ms) FROM sent_interval) AS acknowledged_ms FROM outbox",
                        row -> new Marks(
                                Moments.millis(row, "began_ms"),
                                Moments.millis(row, "slot_ms"),
                                Moments.micros(row, "collected_until_us"),
                                Moments.micros(row, "remembered_from_us"),
                                Moments.millis(row, "acknowledged_ms")))
                .get(0);
    }

    /** What is in use of the file; what was freed in it is used again. */
    static long usedBytes(Connection connection) throws SQLException {
        long pages = Sql.number(connection, "PRAGMA page_count") - Sql.number(connection, "PRAGMA freelist_count");
        return pages * Sql.number(connection, "PRAGMA page_size");
    }

    /** How full the file is, in percent of what it may take of the disk. */
    static int percentFull(Connection connection, long diskMaxBytes) throws SQLException {
        return (int) (100 * (usedBytes(connection) / (double) diskMaxBytes));
    }

    static SenderStatus status(Connection connection) throws SQLException {
        long used = usedBytes(connection);
        return Sql.list(
                        connection,
                        "SELECT collected_until_us, unfrozen,"
                                + " (SELECT min(from_us) FROM sent_interval WHERE acknowledged_ms IS NULL) AS open_us,"
                                + " (SELECT max(acknowledged_ms) FROM sent_interval) AS acknowledged_ms,"
                                + " (SELECT coalesce(sum(records), 0) FROM batch) AS batched,"
                                + " (SELECT count(*) FROM batch) AS batches,"
                                + " (SELECT count(*) FROM quarantine) AS quarantined FROM outbox",
                        row -> status(row, used))
                .get(0);
    }

    private static SenderStatus status(ResultSet row, long used) throws SQLException {
        Optional<Instant> collected = Moments.micros(row, "collected_until_us");
        return new SenderStatus(
                collected,
                Moments.micros(row, "open_us").or(() -> collected),
                Moments.millis(row, "acknowledged_ms"),
                row.getLong("unfrozen") + row.getLong("batched"),
                row.getLong("batches"),
                row.getLong("quarantined"),
                used);
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
                Moments.ofMicros(row.getLong("from_us")),
                Moments.ofMicros(row.getLong("until_us")),
                Instant.ofEpochMilli(row.getLong("collected_ms")),
                row.getLong("batches"),
                row.getLong("records"),
                row.getLong("acknowledged"),
                row.getLong("quarantined"),
                row.getString("answer"),
                Moments.millis(row, "acknowledged_ms"));
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
                Moments.ofMicros(row.getLong("version_us")),
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

    static int resendAll(Connection connection) throws SQLException {
        return Sql.run(connection, "UPDATE quarantine SET resend = 1");
    }
}
