package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.sqlite.OneConnection;
import io.gapless.recovery.sqlite.OwnerLock;
import io.gapless.recovery.sqlite.Sql;
import io.gapless.recovery.sqlite.SqliteFile;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be handed on, in the hands of its one owner: each method is one transaction, on the disk when it returns.
 * Thread-safe: one call at a time, the others wait.
 */
final class Outbox implements AutoCloseable {
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
            return OutboxQueries.percentFull(connection, diskMaxBytes);
        });
    }

    int percentFull() {
        return database.use(connection -> OutboxQueries.percentFull(connection, diskMaxBytes));
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
            IntervalWriter writer = writer(connection);
            SentInterval interval = writer.write(span, feed);
            Sql.run(connection, "UPDATE outbox SET slot_ms = max(coalesce(slot_ms, 0), ?)", slot.toEpochMilli());
            writer.sweep(span.rememberFrom());
            return interval;
        });
    }

    /** Shows what a collection would send, and takes it back. */
    void preview(Span span, Feed feed, Preview each) {
        database.use(connection -> {
            Sql.run(connection, "BEGIN IMMEDIATE");
            writer(connection).write(span, feed);
            Optional<Batch> next = Batches.next(connection, 0);
            while (next.isPresent()) {
                each.body(Batches.body(connection, next.get()));
                next = Batches.next(connection, next.get().firstSeq());
            }
            Sql.run(connection, "ROLLBACK");
            return true;
        });
    }

    private IntervalWriter writer(Connection connection) {
        return new IntervalWriter(connection, form, limits, diskMaxBytes, time);
    }

    /** Is shown the body of each request. */
    @FunctionalInterface
    interface Preview {
        void body(byte[] body);
    }

    /** The next batch to try, in the order of collection. */
    Optional<Batch> next(long afterSeq) {
        return database.use(connection -> Batches.next(connection, afterSeq));
    }

    byte[] body(Batch batch) {
        return database.use(connection -> Batches.body(connection, batch));
    }

    /** Whether an earlier batch still waits that has an older version of one of these records. */
    boolean isHeldBack(Batch batch) {
        return database.use(connection -> Batches.isHeldBack(connection, batch));
    }

    /** Forgets a batch that has arrived; the interval as it is now. */
    SentInterval acknowledged(Batch batch, String answer) {
        return commit(connection -> {
            Batches.remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET acknowledged = acknowledged + ?, answer = ? WHERE id = ?",
                    batch.records(),
                    answer,
                    batch.interval());
            return IntervalWriter.settle(connection, batch.interval(), time);
        });
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
            Batches.split(connection, batch);
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
            Batches.remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET quarantined = quarantined + 1, answer = ? WHERE id = ?",
                    reason,
                    batch.interval());
            return IntervalWriter.settle(connection, batch.interval(), time);
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
