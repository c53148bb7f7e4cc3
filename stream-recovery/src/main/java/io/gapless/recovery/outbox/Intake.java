package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.recovery.outbox.source.SourceTime;
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
 * Takes in records: writes them into the outbox, each version once. Works within one transaction of the caller, on the
 * caller's connection.
 *
 * <p>For pushed records, such as posts, an older version than the one already taken in is skipped. A newer version
 * replaces an older one that is in no batch yet. For polled records, {@link Versions} decides. So an interval contains
 * an id once, except for rows of one poll with the same key and the same time of change. The versions of a record are
 * sent in their order.
 */
final class Intake implements AutoCloseable {
    /** Holds how records are stored: the encoder, and whether each service has requests of its own. */
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

    /** Returns an intake for pushed records, such as posts. */
    static Intake pushed(Connection connection, Form form, long nowMillis) throws SQLException {
        return new Intake(connection, form, nowMillis, false);
    }

    /** Returns an intake for the rows of a poll. */
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

    /** Takes in a record, unless it is to be skipped, because this version or a newer one was taken in before. */
    void take(OutboxRecord record) throws SQLException {
        try {
            takeNew(record);
        } catch (SQLException e) {
            failure = e; // Mark the failure as the outbox's, since a source throws SQLExceptions, too.
            throw e;
        }
    }

    /**
     * Quarantines a row that cannot become a record, unless {@link Versions} finds that the same row was taken in
     * before.
     */
    void takeUnreadable(UnreadableRow row) throws SQLException {
        try {
            Map<String, @Nullable Object> values = new LinkedHashMap<>(row.values());
            long version = row.lastModified().map(SourceTime::micros).orElse(SourceTime.UNKNOWN);
            Versions.Found found = rememberPolled(row.key(), version, values);
            if (found.goesOut()) refuse(lastSeq, row.key(), version, values, row.reason());
        } catch (SQLException e) {
            failure = e;
            throw e;
        }
    }

    private void takeNew(OutboxRecord record) throws SQLException {
        long version = SourceTime.micros(record.lastModified());
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

    /**
     * Remembers a pushed record, and returns whether it is to be sent. If so, {@code lastSeq} is the number of the
     * record.
     */
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

    /**
     * Remembers a row of a poll, and returns what to do with it. If the row is to be sent, {@code lastSeq} is its
     * number.
     */
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

    /**
     * Removes a version that is in no batch yet, so that only its replacement is sent. Returns whether a version was
     * removed.
     */
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

    /** Takes in a quarantined record that is to be sent again. The caller removes it from the quarantine. */
    void takeBack(String id, long version, String service, byte[] body) throws SQLException {
        insert(++lastSeq, id, version, service, body);
    }

    /** Throws the failure of the outbox, if the outbox has failed and not the source. */
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
