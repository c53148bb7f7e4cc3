package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.outbox.RecordEncoder.Encoded;
import io.gapless.recovery.outbox.RecordEncoder.Envelope;
import io.gapless.recovery.sqlite.OneConnection;
import io.gapless.recovery.sqlite.OwnerLock;
import io.gapless.recovery.sqlite.Sql;
import io.gapless.recovery.sqlite.SqliteFile;
import io.gapless.stream.seam.Time;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be handed on, in the hands of its one owner: each method is one transaction, on the disk when it returns.
 * Thread-safe: one call at a time, the others wait.
 */
final class Outbox implements AutoCloseable {
    /** For a source that asks for it again: the newest so many, and whatever is not older than this. */
    private static final long STREAM_REMEMBERED_RECORDS = 1_000_000;

    private static final Duration STREAM_REMEMBERED = Duration.ofHours(48);
    private static final Duration HISTORY_KEPT = Duration.ofDays(400);
    private static final int ROOM_LOOKED_AT_EVERY = 1_000;
    /** In memory at once; what more is asked for goes with the next interval. */
    private static final int TAKEN_BACK_MAX = 10_000;

    /** What a collection tells the outbox; the stream's is nothing, since its records lie there already. */
    @FunctionalInterface
    interface Feed {
        void into(RecordSink sink) throws Exception;
    }

    /** Which interval to collect. */
    record Span(Instant from, Instant until, Instant rememberFrom) {}

    /** The source has failed, or there is no room for what it tells; nothing of it was kept. */
    static final class NotCollected extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotCollected(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private final OwnerLock lock;
    private final SqliteFile file;
    private final Time time;
    private final Intake.Form form;
    private final Limits limits;
    private final long diskMaxBytes;
    private final OneConnection database;
    private final OneConnection reader;

    private Outbox(OwnerLock lock, Time time, Intake.Form form, Limits limits, long diskMaxBytes) {
        this.lock = lock;
        this.file = lock.file();
        this.time = time;
        this.form = form;
        this.limits = limits;
        this.diskMaxBytes = diskMaxBytes;
        this.database = new OneConnection(file, file::openToWrite);
        this.reader = new OneConnection(file, file::openToRead);
    }

    static Outbox open(
            Path directory, Duration lockWait, Time time, Intake.Form form, Limits limits, long diskMaxBytes) {
        OwnerLock lock = SqliteFile.own(OutboxTables.KIND, directory, lockWait, time);
        Outbox outbox = new Outbox(lock, time, form, limits, diskMaxBytes);
        boolean whole = false;
        try {
            lock.file().createAndCheck();
            outbox.marks();
            whole = true;
            return outbox;
        } finally {
            if (!whole) outbox.close();
        }
    }

    @FunctionalInterface
    private interface Change<T> {
        T on(Connection connection) throws SQLException;
    }

    /** All or nothing; after a failure the connection is given up, which takes back what was written. */
    private <T> T commit(Change<T> change) {
        return database.use(connection -> {
            Sql.run(connection, "BEGIN IMMEDIATE");
            T result = change.on(connection);
            Sql.run(connection, "COMMIT");
            return result;
        });
    }

    /**
     * Takes records of the stream in.
     *
     * @return how full the outbox is now, in percent of what it may take of the disk
     */
    int add(List<OutboxRecord> records) {
        return commit(connection -> {
            try (Intake intake = new Intake(connection, form, time.millis())) {
                for (OutboxRecord record : records) intake.take(record);
                Sql.run(
                        connection,
                        "UPDATE outbox SET last_seq = ?, unfrozen = ?",
                        intake.lastSeq(),
                        intake.unfrozen());
            }
            return percentFull(connection);
        });
    }

    int percentFull() {
        return database.use(this::percentFull);
    }

    private int percentFull(Connection connection) throws SQLException {
        return (int) (100 * (OutboxQueries.usedBytes(connection) / (double) diskMaxBytes));
    }

    OutboxQueries.Marks marks() {
        return database.use(OutboxQueries::marks);
    }

    /** Remembers when sending began here, and where the first interval is to begin. */
    void begin(Instant now, Optional<Instant> since) {
        commit(connection -> Sql.run(
                connection,
                "UPDATE outbox SET began_ms = coalesce(began_ms, ?), slot_ms = coalesce(slot_ms, ?),"
                        + " collected_until_us = coalesce(collected_until_us, ?)",
                now.toEpochMilli(),
                now.toEpochMilli(),
                since.map(Moments::micros).orElse(null)));
    }

    /**
     * Collects an interval: takes in what the feed tells, freezes everything that is in no batch yet into batches, and
     * moves the mark, in one commit.
     *
     * @throws NotCollected if the feed fails
     */
    SentInterval collect(Span span, Instant slot, Feed feed) {
        return commit(connection -> {
            SentInterval interval = freeze(connection, span, feed);
            Sql.run(connection, "UPDATE outbox SET slot_ms = max(coalesce(slot_ms, 0), ?)", slot.toEpochMilli());
            sweep(connection, span.rememberFrom());
            return interval;
        });
    }

    /** Shows what a collection would send, and takes it back. */
    void preview(Span span, Feed feed, Preview each) {
        database.use(connection -> {
            Sql.run(connection, "BEGIN IMMEDIATE");
            freeze(connection, span, feed);
            Optional<Batch> next = next(connection, 0);
            while (next.isPresent()) {
                each.body(body(connection, next.get()));
                next = next(connection, next.get().firstSeq());
            }
            Sql.run(connection, "ROLLBACK");
            return true;
        });
    }

    /** Is shown the body of each request. */
    @FunctionalInterface
    interface Preview {
        void body(byte[] body);
    }

    private SentInterval freeze(Connection connection, Span span, Feed feed) throws SQLException {
        long frozen = Sql.number(connection, "SELECT frozen_seq FROM outbox");
        long lastSeq;
        try (Intake intake = new Intake(connection, form, time.millis())) {
            feed(connection, feed, intake);
            takeBack(connection, intake);
            lastSeq = intake.lastSeq();
        }
        long interval = Sql.number(
                connection,
                "INSERT INTO sent_interval (from_us, until_us, collected_ms, batches, records, acknowledged,"
                        + " quarantined, answer) VALUES (?, ?, ?, 0, 0, 0, 0, '') RETURNING id",
                Moments.micros(span.from()),
                Moments.micros(span.until()),
                time.millis());
        cut(connection, interval, frozen);
        Sql.run(
                connection,
                "UPDATE outbox SET collected_until_us = ?, last_seq = ?, frozen_seq = ?, unfrozen = 0",
                Moments.micros(span.until()),
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
        return settle(connection, interval);
    }

    private void feed(Connection connection, Feed feed, Intake intake) throws SQLException {
        int[] taken = {0};
        try {
            feed.into(record -> {
                intake.take(record);
                if (++taken[0] % ROOM_LOOKED_AT_EVERY == 0 && percentFull(connection) >= 100)
                    throw new NotCollected(
                            "the outbox has no room for the whole interval; raise diskMaxBytes, which is "
                                    + diskMaxBytes,
                            null);
            });
        } catch (NotCollected e) {
            throw e;
        } catch (Exception e) {
            intake.throwFailure();
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw new NotCollected(Answer.oneLine(e.toString()), e);
        }
    }

    private record Aside(
            long seq,
            String id,
            long version,
            String service,
            byte @Nullable [] body,
            @Nullable String fields) {}

    /** What was set aside goes out again, unless a newer version of it was taken in. */
    private void takeBack(Connection connection, Intake intake) throws SQLException {
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
            long newer = Sql.number(
                    connection,
                    "SELECT count(*) FROM collected WHERE id = ? AND version_us > ?",
                    aside.id(),
                    aside.version());
            if (newer == 0 && !takeBack(connection, intake, aside)) continue;
            Sql.run(connection, "DELETE FROM quarantine WHERE seq = ?", aside.seq());
        }
    }

    private boolean takeBack(Connection connection, Intake intake, Aside aside) throws SQLException {
        byte[] body = aside.body();
        String service = aside.service();
        if (body == null) {
            try {
                Encoded encoded = form.encoder()
                        .encode(new OutboxRecord(
                                aside.id(),
                                Moments.ofMicros(aside.version()),
                                RecordJson.read(String.valueOf(aside.fields()))));
                body = encoded.body();
                service = form.byService() ? encoded.service() : "";
            } catch (Exception e) {
                Sql.run(
                        connection,
                        "UPDATE quarantine SET resend = 0, reason = ? WHERE seq = ?",
                        "The encoder refuses it: " + Answer.oneLine(String.valueOf(e.getMessage())),
                        aside.seq());
                return false;
            }
        }
        intake.takeBack(aside.id(), aside.version(), service, body);
        // Its new place, so that a newer version is held back behind it.
        Sql.run(
                connection,
                "UPDATE collected SET seq = ? WHERE id = ? AND version_us = ?",
                intake.lastSeq(),
                aside.id(),
                aside.version());
        return true;
    }

    private void cut(Connection connection, long interval, long frozen) throws SQLException {
        cut(
                connection,
                interval,
                "",
                "SELECT seq, length(body) FROM record WHERE seq > ? AND service = ? ORDER BY seq",
                frozen);
        List<String> services = Sql.list(
                connection,
                "SELECT DISTINCT service FROM record WHERE service <> '' AND seq > ?",
                row -> row.getString(1),
                frozen);
        for (String service : services)
            cut(
                    connection,
                    interval,
                    service,
                    "SELECT seq, length(body) FROM record WHERE seq > ? AND service = ? AND service <> '' ORDER BY seq",
                    frozen);
    }

    private void cut(Connection connection, long interval, String service, String query, long frozen)
            throws SQLException {
        Envelope envelope = form.encoder().envelope();
        BatchCutter cutter = new BatchCutter(
                limits,
                envelope,
                (first, last, records, bytes) ->
                        insertBatch(connection, interval, service, first, last, records, bytes, envelope));
        Sql.tell(connection, row -> cutter.add(row.getLong(1), row.getLong(2)), query, frozen, service);
        cutter.end();
    }

    private static void insertBatch(
            Connection connection,
            long interval,
            String service,
            long first,
            long last,
            int records,
            long bytes,
            Envelope envelope)
            throws SQLException {
        Sql.run(
                connection,
                "INSERT INTO batch (interval_id, service, first_seq, last_seq, records, bytes, content_type, opening,"
                        + " separator, closing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                interval,
                service,
                first,
                last,
                records,
                bytes,
                envelope.contentType(),
                envelope.opening(),
                envelope.separator(),
                envelope.closing());
    }

    /** Forgets versions that cannot come again, and history past its time. */
    private void sweep(Connection connection, Instant rememberFrom) throws SQLException {
        boolean ofStream = rememberFrom.equals(Instant.MAX);
        long lastSeq = Sql.number(connection, "SELECT last_seq FROM outbox");
        long waiting = Sql.number(connection, "SELECT coalesce(min(seq), ?) FROM record", lastSeq + 1);
        long until = Sql.number(connection, "SELECT collected_until_us FROM outbox");
        long version =
                ofStream ? until - Moments.micros(Instant.EPOCH.plus(STREAM_REMEMBERED)) : Moments.micros(rememberFrom);
        long seq = ofStream ? Math.min(waiting, lastSeq - STREAM_REMEMBERED_RECORDS) : waiting;
        Sql.run(
                connection,
                "DELETE FROM collected WHERE version_us < ? AND seq < ? AND id NOT IN (SELECT id FROM quarantine)",
                version,
                seq);
        if (!ofStream) Sql.run(connection, "UPDATE outbox SET remembered_from_us = ?", version);
        Sql.run(
                connection,
                "DELETE FROM sent_interval WHERE acknowledged_ms < ?",
                time.instant().minus(HISTORY_KEPT).toEpochMilli());
    }

    /** The next batch to try, in the order of collection. */
    Optional<Batch> next(long afterSeq) {
        return database.use(connection -> next(connection, afterSeq));
    }

    private static Optional<Batch> next(Connection connection, long afterSeq) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT b.*, o.name FROM batch b, outbox o WHERE b.first_seq > ? ORDER BY b.first_seq LIMIT 1",
                        Outbox::batch,
                        afterSeq)
                .stream()
                .findFirst();
    }

    private static Batch batch(ResultSet row) throws SQLException {
        long id = row.getLong("id");
        return new Batch(
                id,
                row.getString("name") + "-" + id,
                row.getLong("interval_id"),
                row.getString("service"),
                row.getLong("first_seq"),
                row.getLong("last_seq"),
                row.getInt("records"),
                row.getLong("bytes"),
                new Envelope(
                        row.getString("content_type"),
                        row.getString("opening"),
                        row.getString("separator"),
                        row.getString("closing")));
    }

    /** Which rows of {@code record} are a batch's; the second form is found by the index of services. */
    private static String rowsOf(Batch batch) {
        String rows = " FROM record WHERE seq BETWEEN ? AND ? AND service = ?";
        return batch.service().isEmpty() ? rows : rows + " AND service <> ''";
    }

    byte[] body(Batch batch) {
        return database.use(connection -> body(connection, batch));
    }

    private static byte[] body(Connection connection, Batch batch) throws SQLException {
        Envelope envelope = batch.envelope();
        byte[] separator = envelope.separator().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(batch.bytes(), Integer.MAX_VALUE - 8));
        body.writeBytes(envelope.opening().getBytes(StandardCharsets.UTF_8));
        boolean[] begun = {false};
        Sql.tell(
                connection,
                row -> {
                    if (begun[0]) body.writeBytes(separator);
                    begun[0] = true;
                    body.writeBytes(row.getBytes(1));
                },
                "SELECT body" + rowsOf(batch) + " ORDER BY seq",
                batch.firstSeq(),
                batch.lastSeq(),
                batch.service());
        body.writeBytes(envelope.closing().getBytes(StandardCharsets.UTF_8));
        return body.toByteArray();
    }

    /** Whether an earlier batch still waits that has an older version of one of these records. */
    boolean isHeldBack(Batch batch) {
        return database.use(connection -> !Sql.list(
                        connection,
                        "SELECT 1 FROM record r JOIN collected c ON c.id = r.id AND c.version_us < r.version_us"
                                + " JOIN record earlier ON earlier.seq = c.seq WHERE r.seq BETWEEN ? AND ?"
                                + " AND r.service = ? AND earlier.seq < r.seq LIMIT 1",
                        row -> true,
                        batch.firstSeq(),
                        batch.lastSeq(),
                        batch.service())
                .isEmpty());
    }

    /** Forgets a batch that has arrived; the interval as it is now. */
    SentInterval acknowledged(Batch batch, String answer) {
        return commit(connection -> {
            remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET acknowledged = acknowledged + ?, answer = ? WHERE id = ?",
                    batch.records(),
                    answer,
                    batch.interval());
            return settle(connection, batch.interval());
        });
    }

    private static void remove(Connection connection, Batch batch) throws SQLException {
        Sql.run(connection, "DELETE" + rowsOf(batch), batch.firstSeq(), batch.lastSeq(), batch.service());
        Sql.run(connection, "DELETE FROM batch WHERE id = ?", batch.id());
    }

    /** An interval of which nothing waits is acknowledged. */
    private SentInterval settle(Connection connection, long interval) throws SQLException {
        Sql.run(
                connection,
                "UPDATE sent_interval SET acknowledged_ms = ? WHERE id = ?"
                        + " AND NOT EXISTS (SELECT 1 FROM batch WHERE interval_id = sent_interval.id)",
                time.millis(),
                interval);
        return OutboxQueries.interval(connection, interval);
    }

    SentInterval interval(long id) {
        return database.use(connection -> OutboxQueries.interval(connection, id));
    }

    /** Writes an answer down that was no acknowledgement. */
    void answered(Batch batch, String answer) {
        commit(connection ->
                Sql.run(connection, "UPDATE sent_interval SET answer = ? WHERE id = ?", answer, batch.interval()));
    }

    /** Two halves take a batch's place, with keys of their own: what was refused as a whole has not arrived. */
    void split(Batch batch, String answer) {
        commit(connection -> {
            List<long[]> rows = new ArrayList<>();
            Sql.tell(
                    connection,
                    row -> rows.add(new long[] {row.getLong(1), row.getLong(2)}),
                    "SELECT seq, length(body)" + rowsOf(batch) + " ORDER BY seq",
                    batch.firstSeq(),
                    batch.lastSeq(),
                    batch.service());
            Sql.run(connection, "DELETE FROM batch WHERE id = ?", batch.id());
            int half = rows.size() / 2;
            for (List<long[]> part : List.of(rows.subList(0, half), rows.subList(half, rows.size()))) {
                BatchCutter cutter = new BatchCutter(
                        new Limits(Integer.MAX_VALUE, Long.MAX_VALUE),
                        batch.envelope(),
                        (first, last, records, bytes) -> insertBatch(
                                connection,
                                batch.interval(),
                                batch.service(),
                                first,
                                last,
                                records,
                                bytes,
                                batch.envelope()));
                for (long[] row : part) cutter.add(row[0], row[1]);
                cutter.end();
            }
            return Sql.run(
                    connection,
                    "UPDATE sent_interval SET batches = batches + 1, answer = ? WHERE id = ?",
                    answer,
                    batch.interval());
        });
    }

    /** Sets the one record of a batch aside; the interval as it is now. */
    SentInterval quarantine(Batch batch, String reason) {
        return commit(connection -> {
            Sql.run(
                    connection,
                    "INSERT INTO quarantine (seq, id, version_us, interval_id, service, body, reason, at_ms, resend)"
                            + " SELECT seq, id, version_us, ?, service, body, ?, ?, 0 FROM record WHERE seq = ?",
                    batch.interval(),
                    reason,
                    time.millis(),
                    batch.firstSeq());
            remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET quarantined = quarantined + 1, answer = ? WHERE id = ?",
                    reason,
                    batch.interval());
            return settle(connection, batch.interval());
        });
    }

    SenderStatus status() {
        return reader.use(OutboxQueries::status);
    }

    List<SentInterval> history(int limit) {
        return reader.use(connection -> OutboxQueries.history(connection, limit));
    }

    List<QuarantinedRecord> quarantined(int limit) {
        return reader.use(connection -> OutboxQueries.quarantined(connection, limit));
    }

    int resend(List<Long> numbers) {
        return commit(connection -> OutboxQueries.resend(connection, numbers));
    }

    int resendAll() {
        return commit(OutboxQueries::resendAll);
    }

    @Override
    public void close() {
        reader.close();
        database.close();
        lock.close();
    }
}
