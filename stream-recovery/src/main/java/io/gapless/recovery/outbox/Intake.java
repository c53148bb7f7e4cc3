package io.gapless.recovery.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Takes records in, each version once: within one transaction, on its connection. An older version than one that was
 * taken in is passed over; a newer one takes the place of one that is in no batch yet. So an id is in an interval once,
 * and its versions go out in their order.
 */
final class Intake implements AutoCloseable {
    /** Says how to write a record down. */
    record Form(RecordEncoder encoder, boolean byService) {}

    private final Form form;
    private final long nowMillis;
    private final long frozenSeq;
    private final PreparedStatement newest;
    private final PreparedStatement remember;
    private final PreparedStatement insert;
    private final PreparedStatement replace;
    private final PreparedStatement quarantine;
    private long lastSeq;
    private long unfrozen;
    private @Nullable SQLException failure;

    Intake(Connection connection, Form form, long nowMillis) throws SQLException {
        this.form = form;
        this.nowMillis = nowMillis;
        try (PreparedStatement marks =
                        connection.prepareStatement("SELECT last_seq, frozen_seq, unfrozen FROM outbox");
                ResultSet row = marks.executeQuery()) {
            row.next();
            lastSeq = row.getLong(1);
            frozenSeq = row.getLong(2);
            unfrozen = row.getLong(3);
        }
        newest = connection.prepareStatement(
                "SELECT version_us, seq FROM collected WHERE id = ? ORDER BY version_us DESC LIMIT 1");
        remember = connection.prepareStatement("INSERT INTO collected (id, version_us, seq) VALUES (?, ?, ?)");
        insert = connection.prepareStatement(
                "INSERT INTO record (seq, id, version_us, service, body) VALUES (?, ?, ?, ?, ?)");
        replace = connection.prepareStatement("DELETE FROM record WHERE seq = ?");
        quarantine = connection.prepareStatement("INSERT INTO quarantine (seq, id, version_us, interval_id, service,"
                + " fields, reason, at_ms, resend) VALUES (?, ?, ?, 0, '', ?, ?, ?, 0)");
    }

    /** Takes a record in, unless it, or a newer version of it, was taken in before. */
    void take(OutboxRecord record) throws SQLException {
        try {
            takeNew(record);
        } catch (SQLException e) {
            failure = e; // The caller may be a source, whose failures are SQLExceptions, too.
            throw e;
        }
    }

    private void takeNew(OutboxRecord record) throws SQLException {
        long version = Moments.micros(record.lastModified());
        newest.setString(1, record.id());
        try (ResultSet row = newest.executeQuery()) {
            if (row.next()) {
                if (row.getLong(1) >= version) return;
                long before = row.getLong(2);
                if (before > frozenSeq) drop(before);
            }
        }
        long seq = ++lastSeq;
        remember.setString(1, record.id());
        remember.setLong(2, version);
        remember.setLong(3, seq);
        remember.executeUpdate();
        RecordEncoder.Encoded encoded;
        try {
            encoded = form.encoder().encode(record);
        } catch (Exception e) {
            refuse(seq, record, version, e);
            return;
        }
        insert(seq, record.id(), version, form.byService() ? encoded.service() : "", encoded.body());
    }

    private void drop(long seq) throws SQLException {
        replace.setLong(1, seq);
        unfrozen -= replace.executeUpdate();
    }

    private void refuse(long seq, OutboxRecord record, long version, Exception why) throws SQLException {
        quarantine.setLong(1, seq);
        quarantine.setString(2, record.id());
        quarantine.setLong(3, version);
        quarantine.setString(4, RecordJson.write(record.fields()));
        quarantine.setString(5, "The encoder refused the record: " + Answer.oneLine(String.valueOf(why.getMessage())));
        quarantine.setLong(6, nowMillis);
        quarantine.executeUpdate();
    }

    private void insert(long seq, String id, long version, String service, byte[] body) throws SQLException {
        insert.setLong(1, seq);
        insert.setString(2, id);
        insert.setLong(3, version);
        insert.setString(4, service);
        insert.setBytes(5, body);
        insert.executeUpdate();
        unfrozen++;
    }

    /** Takes back what was set aside and shall be sent again; the caller removes it from the quarantine. */
    void takeBack(String id, long version, String service, byte[] body) throws SQLException {
        insert(++lastSeq, id, version, service, body);
    }

    /** What went wrong below, if it was not the source that failed. */
    void throwFailure() throws SQLException {
        if (failure != null) throw failure;
    }

    long lastSeq() {
        return lastSeq;
    }

    long unfrozen() {
        return unfrozen;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : new PreparedStatement[] {newest, remember, insert, replace, quarantine})
            statement.close();
    }
}
