package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.outbox.RecordEncoder.Encoded;
import io.gapless.recovery.outbox.RecordEncoder.Envelope;
import io.gapless.recovery.outbox.RecordSink.UnreadableRow;
import io.gapless.recovery.outbox.source.SourceTime;
import io.gapless.recovery.storage.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes an interval: all records that are in no batch yet become batches of this interval. Works within one
 * transaction of the outbox, on the connection of that transaction.
 */
final class IntervalWriter {
    /**
     * How many of the newest pushed records are remembered, since they may be pushed again. Older ones are also
     * remembered as long as they are younger than {@link #STREAM_REMEMBERED}.
     */
    private static final long STREAM_REMEMBERED_RECORDS = 1_000_000;

    private static final Duration STREAM_REMEMBERED = Duration.ofHours(48);
    private static final Duration HISTORY_KEPT = Duration.ofDays(400);
    private static final int ROOM_LOOKED_AT_EVERY = 1_000;
    /**
     * How many quarantined records one interval sends again at most, since these records are in memory together. The
     * others follow with the next interval.
     */
    private static final int TAKEN_BACK_MAX = 10_000;
    /** The most quarantined records that one interval reads from the source again. Each of them needs a query. */
    private static final int READ_AGAIN_MAX = 1_000;

    private final Connection connection;
    private final Intake.Form form;
    private final Limits limits;
    private final long diskMaxBytes;
    private final InstantSource clock;

    IntervalWriter(Connection connection, Intake.Form form, Limits limits, long diskMaxBytes, InstantSource clock) {
        this.connection = connection;
        this.form = form;
        this.limits = limits;
        this.diskMaxBytes = diskMaxBytes;
        this.clock = clock;
    }

    /**
     * Takes in the records of a feed and the quarantined records that are to be sent again. Then cuts all records that
     * are in no batch yet into batches.
     *
     * @throws NotCollectedException if the feed fails
     */
    CollectedInterval write(ReadSpan span, RecordFeed feed) throws SQLException {
        long frozen = Sql.number(connection, "SELECT frozen_seq FROM outbox");
        long lastSeq;
        Findings findings;
        try (Intake intake = Intake.polled(connection, form, clock.millis())) {
            feed(feed, intake);
            takeBack(intake, feed);
            lastSeq = intake.lastSeq();
            findings = intake.findings();
        }
        long interval = Sql.number(
                connection,
                "INSERT INTO sent_interval (from_us, until_us, collected_ms, batches, records, acknowledged,"
                        + " quarantined, answer, unchanged, older) VALUES (?, ?, ?, 0, 0, 0, 0, '', ?, ?) RETURNING id",
                SourceTime.micros(span.from()),
                SourceTime.micros(span.until()),
                clock.millis(),
                findings.unchanged(),
                findings.older());
        cut(interval, frozen);
        Sql.run(
                connection,
                "UPDATE outbox SET collected_until_us = ?, last_seq = ?, frozen_seq = ?, unfrozen = 0",
                SourceTime.micros(span.until()),
                lastSeq,
                lastSeq);
        int refused = Sql.run(connection, "UPDATE quarantine SET interval_id = ? WHERE interval_id = 0", interval);
        Sql.run(
                connection,
                "UPDATE sent_interval SET quarantined = ?1,"
                        + " batches = (SELECT count(*) FROM batch WHERE interval_id = ?2),"
                        + " records = ?1 + (SELECT coalesce(sum(records), 0) FROM batch WHERE interval_id = ?2)"
                        + " WHERE id = ?2",
                refused,
                interval);
        return new CollectedInterval(settle(connection, interval, clock), findings);
    }

    /**
     * Forgets which records of a span were collected, so that they are collected again. Records that still wait are not
     * forgotten, because they are sent anyway.
     */
    static void forget(Connection connection, RepeatSpan repeat) throws SQLException {
        Sql.run(
                connection,
                "DELETE FROM collected WHERE version_us >= ? AND version_us < ?"
                        + " AND NOT EXISTS (SELECT 1 FROM record WHERE record.seq = collected.seq)",
                SourceTime.micros(repeat.from()),
                SourceTime.micros(repeat.until()));
        Sql.run(connection, "DELETE FROM repeat WHERE id = ?", repeat.id());
    }

    private void feed(RecordFeed feed, Intake intake) throws SQLException {
        int[] taken = {0};
        try {
            feed.into(new RecordSink() {
                @Override
                public void take(OutboxRecord record) throws SQLException {
                    intake.take(record);
                    lookForRoom(++taken[0]);
                }

                @Override
                public void takeUnreadable(UnreadableRow row) throws SQLException {
                    intake.takeUnreadable(row);
                    lookForRoom(++taken[0]);
                }
            });
        } catch (NotCollectedException e) {
            throw e;
        } catch (Exception e) {
            intake.throwFailure();
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw NotCollectedException.because(e);
        }
    }

    private void lookForRoom(int taken) throws SQLException {
        if (taken % ROOM_LOOKED_AT_EVERY == 0 && OutboxQueries.percentFull(connection, diskMaxBytes) >= 100)
            throw new NotCollectedException(
                    "the outbox has no room for the whole interval; raise diskMaxBytes, now " + diskMaxBytes, null);
    }

    private record Aside(
            long seq,
            String id,
            long version,
            String service,
            byte @Nullable [] body,
            @Nullable String fields) {}

    /**
     * Takes in the quarantined records that are to be sent again, and removes them from the quarantine. If a later
     * version of a record was taken in since, the quarantined version is only removed.
     */
    private void takeBack(Intake intake, RecordFeed feed) throws SQLException {
        int readAgain = 0;
        List<Aside> asked = Sql.list(
                connection,
                "SELECT seq, id, version_us, service, body, fields FROM quarantine WHERE resend = 1 ORDER BY seq"
                        + " LIMIT " + TAKEN_BACK_MAX,
                row -> new Aside(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getString(4),
                        row.getBytes(5),
                        row.getString(6)));
        for (Aside aside : asked) {
            long later = Sql.number(
                    connection, "SELECT count(*) FROM collected WHERE id = ? AND seq > ?", aside.id(), aside.seq());
            boolean reads = later == 0 && aside.body() == null && readAgain++ < READ_AGAIN_MAX;
            Optional<OutboxRecord> again = reads ? again(feed, aside) : Optional.empty();
            if (later == 0 && !takeBack(intake, aside, again)) continue;
            Sql.run(connection, "DELETE FROM quarantine WHERE seq = ?", aside.seq());
        }
    }

    /**
     * Reads a quarantined record from the source once more, because the query may have been repaired. Returns an empty
     * result if the source does not return the record.
     */
    private static Optional<OutboxRecord> again(RecordFeed feed, Aside aside) {
        if (aside.version() == SourceTime.UNKNOWN) return Optional.empty();
        List<OutboxRecord> found = new ArrayList<>();
        try {
            feed.again(SourceTime.ofMicros(aside.version()), new RecordSink() {
                @Override
                public void take(OutboxRecord record) {
                    if (found.isEmpty() && record.id().equals(aside.id())) found.add(record);
                }

                @Override
                public void takeUnreadable(UnreadableRow row) {
                    // Do nothing here: the caller encodes the stored fields instead.
                }
            });
        } catch (Exception e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw NotCollectedException.because(e);
        }
        return found.stream().findFirst();
    }

    private boolean takeBack(Intake intake, Aside aside, Optional<OutboxRecord> again) throws SQLException {
        byte[] body = aside.body();
        String service = aside.service();
        if (body == null) {
            try {
                Encoded encoded = form.encoder()
                        .encode(again.orElseGet(() -> new OutboxRecord(
                                aside.id(),
                                SourceTime.ofMicros(aside.version()),
                                RecordJson.read(String.valueOf(aside.fields())))));
                body = encoded.body();
                service = form.byService() ? encoded.service() : "";
            } catch (Exception e) {
                Sql.run(
                        connection,
                        "UPDATE quarantine SET resend = 0, reason = ? WHERE seq = ?",
                        "The encoder refused the record: " + Wording.oneLine(String.valueOf(e.getMessage())),
                        aside.seq());
                return false;
            }
        }
        intake.takeBack(aside.id(), aside.version(), service, body);
        // Remember the new place of the record, so that a later version is held back until the record is acknowledged.
        Sql.run(
                connection,
                "UPDATE collected SET seq = ? WHERE id = ? AND seq = ?",
                intake.lastSeq(),
                aside.id(),
                aside.seq());
        return true;
    }

    private void cut(long interval, long frozen) throws SQLException {
        cut(interval, "", "SELECT seq, length(body) FROM record WHERE seq > ? AND service = ? ORDER BY seq", frozen);
        List<String> services = Sql.list(
                connection,
                "SELECT DISTINCT service FROM record WHERE service <> '' AND seq > ?",
                row -> row.getString(1),
                frozen);
        for (String service : services)
            cut(
                    interval,
                    service,
                    "SELECT seq, length(body) FROM record WHERE seq > ? AND service = ? AND service <> '' ORDER BY seq",
                    frozen);
    }

    private void cut(long interval, String service, String query, long frozen) throws SQLException {
        Envelope envelope = form.encoder().envelope();
        BatchCutter cutter = new BatchCutter(
                limits,
                envelope,
                (first, last, records, bytes) ->
                        Batches.insert(connection, interval, service, first, last, records, bytes, envelope));
        Sql.forEach(connection, row -> cutter.add(row.getLong(1), row.getLong(2)), query, frozen, service);
        cutter.end();
    }

    /**
     * Forgets the versions that no poll and no push can find again, and deletes intervals that are too old for the
     * history.
     *
     * @param newest the latest time of change that the poll found. Versions are remembered from one overlap before this
     *     time on. The mark is not used for this: if the clocks were ahead, the mark is ahead, too, and the next poll
     *     begins before it
     */
    void sweep(ReadSpan span, Optional<Instant> newest) throws SQLException {
        long lastSeq = Sql.number(connection, "SELECT last_seq FROM outbox");
        long waiting = Sql.number(connection, "SELECT coalesce(min(seq), ?) FROM record", lastSeq + 1);
        ReadAgain again = span.again().orElse(null);
        if (again == null) {
            long until = Sql.number(connection, "SELECT collected_until_us FROM outbox");
            long version = until - SourceTime.micros(Instant.EPOCH.plus(STREAM_REMEMBERED));
            forget(version, Math.min(waiting, lastSeq - STREAM_REMEMBERED_RECORDS));
        } else {
            Instant from = newest.filter(found -> found.isAfter(again.first()))
                    .map(found -> (found.isBefore(span.until()) ? found : span.until()).minus(again.overlap()))
                    .filter(found -> found.isAfter(again.first()))
                    .orElse(again.first());
            forget(SourceTime.micros(from), waiting);
            Sql.run(connection, "UPDATE outbox SET remembered_from_us = ?", SourceTime.micros(from));
        }
        Sql.run(
                connection,
                "DELETE FROM sent_interval WHERE acknowledged_ms < ?",
                clock.instant().minus(HISTORY_KEPT).toEpochMilli());
    }

    private void forget(long version, long seq) throws SQLException {
        Sql.run(
                connection,
                "DELETE FROM collected WHERE version_us < ? AND seq < ? AND id NOT IN (SELECT id FROM quarantine)",
                version,
                seq);
    }

    /** Marks an interval as acknowledged if no batch of it waits. Returns the interval as it is after that. */
    static SentInterval settle(Connection connection, long interval, InstantSource clock) throws SQLException {
        Sql.run(
                connection,
                "UPDATE sent_interval SET acknowledged_ms = ? WHERE id = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM batch WHERE interval_id = sent_interval.id)",
                clock.millis(),
                interval);
        return OutboxQueries.interval(connection, interval);
    }
}
