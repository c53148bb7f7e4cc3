package io.gapless.recovery.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes records in, each version once: within one transaction, on its connection.
 *
 * <p>Of pushed records, as a stream's, an older version than one that was taken in is passed over; a newer one takes the
 * place of one that is in no batch yet. What is polled is judged by {@link Versions}. So an id is in an interval once, and
 * its versions go out in their order.
 */
final class Intake implements AutoCloseable {
    /** Says how to write a record down. */
    record Form(RecordEncoder encoder, boolean byService) {}

    private final Form form;
    private final long nowMillis;
    private final long frozenSeq;
    private final long pollSeq;
    private final boolean polled;
    private final Content content = new Content();
    private final Findings findings = new Findings();
    private final PreparedStatement known;
    private final PreparedStatement remember;
    private final PreparedStatement again;
    private final PreparedStatement insert;
    private final PreparedStatement replace;
    private final PreparedStatement quarantine;
    private long lastSeq;
    private long unfrozen;
    private @Nullable SQLException failure;

    /** Takes in what is pushed, such as a stream's posts. */
    static Intake pushed(Connection connection, Form form, long nowMillis) throws SQLException {
        return new Intake(connection, form, nowMillis, false);
    }

    /** Takes in what a poll of a source finds. */
    static Intake polled(Connection connection, Form form, long nowMillis) throws SQLException {
        return new Intake(connection, form, nowMillis, true);
    }

    private Intake(Connection connection, Form form, long nowMillis, boolean polled) throws SQLException {
        this.polled = polled;
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
        pollSeq = lastSeq;
        known = connection.prepareStatement(
                "SELECT version_us, digest, marks, first_seq, seq FROM collected WHERE id = ?");
        remember = connection.prepareStatement(
                "INSERT INTO collected (id, version_us, digest, marks, first_seq, seq) VALUES (?, ?, ?, ?, ?, ?)");
        again = connection.prepareStatement(
                "UPDATE collected SET seq = ? WHERE id = ? AND version_us = ? AND digest = ?");
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

    /** Sets a row aside that can be no record, unless it was before. */
    void takeUnreadable(UnreadableRow row) throws SQLException {
        try {
            Map<String, @Nullable Object> values = new LinkedHashMap<>(row.values());
            long version = row.lastModified().map(Moments::micros).orElse(Moments.UNKNOWN);
            Versions.Found found = rememberPolled(row.key(), version, values);
            if (found.goesOut()) refuse(lastSeq, row.key(), version, values, row.reason());
        } catch (SQLException e) {
            failure = e;
            throw e;
        }
    }

    private void takeNew(OutboxRecord record) throws SQLException {
        long version = Moments.micros(record.lastModified());
        if (polled
                ? rememberPolled(record.id(), version, record.fields()).goesOut()
                : rememberPushed(record.id(), version)) encode(lastSeq, record, version);
    }

    private Versions known(String id) throws SQLException {
        known.setString(1, id);
        List<Versions.Version> versions = new ArrayList<>();
        try (ResultSet row = known.executeQuery()) {
            while (row.next())
                versions.add(new Versions.Version(
                        row.getLong(1),
                        new Content.Digest(row.getBytes(2), row.getBytes(3)),
                        row.getLong(4),
                        row.getLong(5)));
        }
        return new Versions(versions);
    }

    /** Whether it is to go out, with the last number. */
    private boolean rememberPushed(String id, long version) throws SQLException {
        Versions.Version newest = known(id).newest().orElse(null);
        if (newest != null) {
            if (newest.micros() >= version) return false;
            drop(newest.seq());
        }
        long seq = ++lastSeq;
        remember(id, new Versions.Version(version, Content.Digest.NONE, seq, seq));
        return true;
    }

    /** What to do with it; if it is to go out, with the last number. */
    private Versions.Found rememberPolled(String id, long version, Map<String, @Nullable Object> fields)
            throws SQLException {
        Versions before = known(id);
        Content.Digest now = content.of(fields);
        Versions.Found found = before.judge(version, now, pollSeq);
        findings.count(found, version, id, fields, now, before.withStamp(version));
        Versions.Version last = before.last().orElse(null);
        if (found == Versions.Found.OLDER_OF_ONE_POLL && last != null)
            remember(id, new Versions.Version(version, now, last.firstSeq(), last.seq()));
        if (!found.goesOut()) return found;
        if (found == Versions.Found.NEWER_OF_ONE_POLL && last != null && drop(last.seq())) findings.replaced();
        long seq = ++lastSeq;
        long firstSeq = found == Versions.Found.TWIN_OF_ONE_POLL && last != null ? last.firstSeq() : seq;
        if (before.find(version, now).isPresent()) again(seq, id, version, now);
        else remember(id, new Versions.Version(version, now, firstSeq, seq));
        return found;
    }

    private void again(long seq, String id, long version, Content.Digest now) throws SQLException {
        again.setLong(1, seq);
        again.setString(2, id);
        again.setLong(3, version);
        again.setBytes(4, now.digest());
        again.executeUpdate();
    }

    private void remember(String id, Versions.Version version) throws SQLException {
        remember.setString(1, id);
        remember.setLong(2, version.micros());
        remember.setBytes(3, version.content().digest());
        remember.setBytes(4, version.content().marks());
        remember.setLong(5, version.firstSeq());
        remember.setLong(6, version.seq());
        remember.executeUpdate();
    }

    private void encode(long seq, OutboxRecord record, long version) throws SQLException {
        RecordEncoder.Encoded encoded;
        try {
            encoded = form.encoder().encode(record);
        } catch (Exception e) {
            String why = "The encoder refused the record: " + Wording.oneLine(String.valueOf(e.getMessage()));
            refuse(seq, record.id(), version, record.fields(), why);
            return;
        }
        insert(seq, record.id(), version, form.byService() ? encoded.service() : "", encoded.body());
    }

    /** Of a version that is in no batch yet, only what replaces it goes out; whether it was there. */
    private boolean drop(long seq) throws SQLException {
        if (seq <= frozenSeq) return false;
        replace.setLong(1, seq);
        int dropped = replace.executeUpdate();
        unfrozen -= dropped;
        return dropped > 0;
    }

    private void refuse(long seq, String id, long version, Map<String, @Nullable Object> fields, String why)
            throws SQLException {
        findings.refused(id, why);
        quarantine.setLong(1, seq);
        quarantine.setString(2, id);
        quarantine.setLong(3, version);
        quarantine.setString(4, RecordJson.write(fields));
        quarantine.setString(5, why);
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

    Findings findings() {
        return findings;
    }

    long unfrozen() {
        return unfrozen;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement :
                new PreparedStatement[] {known, remember, again, insert, replace, quarantine}) statement.close();
    }
}
