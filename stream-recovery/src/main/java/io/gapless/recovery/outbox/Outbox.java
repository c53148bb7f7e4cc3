package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.outbox.source.SourceTime;
import io.gapless.recovery.storage.OneConnection;
import io.gapless.recovery.storage.OwnerLock;
import io.gapless.recovery.storage.Sql;
import io.gapless.recovery.storage.SqliteFile;
import io.gapless.stream.seam.Time;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the records that wait to be sent, durably. Each method is one transaction, and its changes are on the disk when
 * it returns. One process owns an outbox. Thread-safe: one call at a time uses the database. Reads of the status, the
 * history and the quarantine have a connection of their own, and do not wait for the other calls.
 */
final class Outbox implements AutoCloseable {
    private final OwnerLock lock;
    private final SqliteFile file;
    private final Time time;
    private final Intake.Form form;
    private final Limits limits;
    private final long diskMaxBytes;
    private final OneConnection database;
    private final OneConnection reader;

    private Outbox(
            OwnerLock lock,
            Time time,
            Intake.Form form,
            Limits limits,
            long diskMaxBytes,
            UnaryOperator<Connection> disk) {
        this.lock = lock;
        this.file = lock.file();
        this.time = time;
        this.form = form;
        this.limits = limits;
        this.diskMaxBytes = diskMaxBytes;
        this.database = new OneConnection(file, () -> disk.apply(file.openToWrite()));
        this.reader = new OneConnection(file, file::openToRead);
    }

    Path directory() {
        return file.directory();
    }

    /**
     * Opens an outbox.
     *
     * @param disk wraps the connection of the outbox, so that a test can let the disk fail at any commit
     */
    static Outbox open(
            Path directory,
            Duration lockWait,
            Time time,
            Intake.Form form,
            Limits limits,
            long diskMaxBytes,
            UnaryOperator<Connection> disk) {
        OwnerLock lock = OwnerLock.of(OutboxTables.KIND, directory, lockWait, time);
        Outbox outbox = new Outbox(lock, time, form, limits, diskMaxBytes, disk);
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

    /** Runs a change as one transaction. A failure closes the connection, which rolls the change back. */
    private <T> T commit(Change<T> change) {
        return database.use(connection -> {
            Sql.run(connection, "BEGIN IMMEDIATE");
            T result = change.on(connection);
            Sql.run(connection, "COMMIT");
            return result;
        });
    }

    /**
     * Takes in pushed records.
     *
     * @return how full the outbox is now, in percent of its limit on the disk
     */
    int add(List<OutboxRecord> records) {
        return commit(connection -> {
            try (Intake intake = Intake.pushed(connection, form, time.millis())) {
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

    /** Returns the latest end of an interval that ended before a moment; empty if there is no such interval. */
    Optional<Instant> lastEndBefore(Instant moment) {
        return database.use(connection -> OutboxQueries.lastEndBefore(connection, moment));
    }

    int percentFull() {
        return database.use(connection -> OutboxQueries.percentFull(connection, diskMaxBytes));
    }

    OutboxQueries.Marks marks() {
        return database.use(OutboxQueries::marks);
    }

    /** Returns whether an interval was ever collected. */
    boolean hasCollected() {
        return database.use(OutboxQueries::hasCollected);
    }

    Ends boundTo() {
        return database.use(OutboxQueries::boundTo);
    }

    /**
     * Returns where the first interval began; empty if it began at the source's beginning, or if there was no interval
     * yet.
     */
    Optional<Instant> began() {
        return database.use(OutboxQueries::beginning);
    }

    List<RepeatSpan> repeats() {
        return database.use(OutboxQueries::repeats);
    }

    void sendAgain(Instant from, Instant until) {
        commit(connection -> OutboxQueries.sendAgain(connection, from, until));
    }

    /** Returns whether every interval before this one is acknowledged. */
    boolean isInOrder(SentInterval interval) {
        return database.use(connection -> OutboxQueries.isInOrder(connection, interval.id()));
    }

    RefusalRun refusals() {
        return database.use(OutboxQueries::refusals);
    }

    /**
     * Stores the endpoint and the source of the outbox, the time at which sending began, and the moment at which the
     * first interval is to begin. If the stored time lies in the future, because a clock was ahead, {@code now}
     * replaces it.
     */
    void begin(Instant now, Ends ends, Optional<Instant> since, Duration lateAfter) {
        long millis = now.toEpochMilli();
        @Nullable Long first = since.map(SourceTime::micros).orElse(null);
        commit(connection -> {
            Sql.run(
                    connection,
                    "UPDATE sender SET endpoint = ?, source = CASE WHEN ?2 = '' THEN source ELSE ?2 END,"
                            + " begins_us = CASE WHEN " + OutboxQueries.INTERVALS + " = 0 THEN ?3 ELSE begins_us END,"
                            + " late_after_ms = ?4",
                    ends.endpoint(),
                    ends.source(),
                    first,
                    lateAfter.toMillis());
            return Sql.run(
                    connection,
                    "UPDATE outbox SET began_ms = min(coalesce(began_ms, ?1), ?1), slot_ms = coalesce(slot_ms, ?1),"
                            + " collected_until_us = CASE WHEN " + OutboxQueries.INTERVALS
                            + " = 0 THEN ?2 ELSE collected_until_us END",
                    millis,
                    first);
        });
    }

    /** Stores the next slot and the next try, which {@link SenderStatus} shows. */
    void due(Optional<Instant> nextSlot, Optional<Instant> nextTry) {
        commit(connection -> Sql.run(
                connection,
                "UPDATE sender SET next_slot_ms = ?, next_try_ms = ?",
                nextSlot.map(Instant::toEpochMilli).orElse(null),
                nextTry.map(Instant::toEpochMilli).orElse(null)));
    }

    /** Stores that the source has failed, and why. */
    void sourceFailed(String why) {
        commit(connection ->
                Sql.run(connection, "UPDATE sender SET source_failure = ?, source_failed_ms = ?", why, time.millis()));
    }

    /**
     * Collects an interval: takes in the records of the feed, cuts all records that are in no batch yet into batches,
     * and moves the mark, in one commit.
     *
     * @throws NotCollectedException if the feed fails
     */
    CollectedInterval collect(ReadSpan span, Instant slot, List<RepeatSpan> repeats, RecordFeed feed) {
        return commit(connection -> {
            for (RepeatSpan repeat : repeats) IntervalWriter.forget(connection, repeat);
            IntervalWriter writer = writer(connection);
            CollectedInterval collection = writer.write(span, feed);
            // A stored slot in the future comes from a clock that was wrong, so it is replaced.
            Sql.run(
                    connection,
                    "UPDATE outbox SET slot_ms = CASE WHEN slot_ms > ?2 THEN ?1 ELSE max(coalesce(slot_ms, 0), ?1) END",
                    slot.toEpochMilli(),
                    time.millis());
            Sql.run(connection, "UPDATE sender SET source_failure = NULL, source_failed_ms = NULL");
            writer.sweep(span, collection.findings().newest());
            return collection;
        });
    }

    /**
     * Passes the body of each request that a collection would create to {@code each}, and rolls the collection back.
     */
    void preview(ReadSpan span, List<RepeatSpan> repeats, RecordFeed feed, Preview each) {
        database.use(connection -> {
            Sql.run(connection, "BEGIN IMMEDIATE");
            for (RepeatSpan repeat : repeats) IntervalWriter.forget(connection, repeat);
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

    /** Receives the body of each request. */
    @FunctionalInterface
    interface Preview {
        void body(byte[] body);
    }

    /**
     * Returns the first batch behind a place in the outbox, in the order of collection; empty if there is no such
     * batch.
     */
    Optional<Batch> next(long afterSeq) {
        return database.use(connection -> Batches.next(connection, afterSeq));
    }

    byte[] body(Batch batch) {
        return database.use(connection -> Batches.body(connection, batch));
    }

    /**
     * Returns whether an earlier version of one of the records of this batch still waits in the outbox. Then this batch
     * must wait, too.
     */
    boolean isHeldBack(Batch batch) {
        return database.use(connection -> Batches.isHeldBack(connection, batch));
    }

    /** Removes a batch that has arrived. Returns its interval as it is after that. */
    SentInterval acknowledged(Batch batch, String answer) {
        return commit(connection -> {
            Batches.remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET acknowledged = acknowledged + ?, answer = ? WHERE id = ?",
                    batch.records(),
                    answer,
                    batch.interval());
            Sql.run(connection, "UPDATE sender SET failure = NULL, failed_ms = NULL, refusals = 0, refusal = ''");
            return IntervalWriter.settle(connection, batch.interval(), time);
        });
    }

    SentInterval interval(long id) {
        return database.use(connection -> OutboxQueries.interval(connection, id));
    }

    /** Decides which records of a batch have arrived, from an answer that names single records. */
    Attribution attribute(Batch batch, Answer answer) {
        return database.use(connection ->
                Attribution.of(Batches.rows(connection, batch), answer.items(), answer.onlyNamedArrived()));
    }

    /**
     * Stores what an answer reports about single records. Records that have arrived are removed, and refused records
     * are quarantined. Records that may be accepted at another try become a batch of their own. Returns the interval as
     * it is after that.
     */
    SentInterval settle(Batch batch, Attribution found, String answer) {
        return commit(connection -> {
            for (Map.Entry<Long, String> refused : found.refused().entrySet())
                quarantine(connection, batch, refused.getKey(), refused.getValue());
            for (long seq : found.refused().keySet()) Batches.removeRecord(connection, seq);
            for (long seq : found.arrived()) Batches.removeRecord(connection, seq);
            int batches = Batches.replaceByRest(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET acknowledged = acknowledged + ?, quarantined = quarantined + ?,"
                            + " batches = batches + ?, answer = ? WHERE id = ?",
                    found.arrived().size(),
                    found.refused().size(),
                    batches,
                    answer,
                    batch.interval());
            failed(connection, answer);
            if (!found.arrived().isEmpty()) Sql.run(connection, "UPDATE sender SET refusals = 0, refusal = ''");
            return IntervalWriter.settle(connection, batch.interval(), time);
        });
    }

    /** Stores an answer that is not an acknowledgement. */
    void answered(Batch batch, String answer) {
        commit(connection -> {
            failed(connection, answer);
            return Sql.run(connection, "UPDATE sent_interval SET answer = ? WHERE id = ?", answer, batch.interval());
        });
    }

    private void failed(Connection connection, String answer) throws SQLException {
        Sql.run(connection, "UPDATE sender SET failure = ?, failed_ms = ?", answer, time.millis());
    }

    /**
     * Replaces a batch by its two halves, each with a key of its own. Other keys are safe, because no record of a batch
     * that was refused as a whole has arrived.
     */
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

    /** Quarantines the only record of a batch. Returns the interval as it is after that. */
    SentInterval quarantine(Batch batch, String reason, RefusalRun run) {
        return commit(connection -> {
            quarantine(connection, batch, batch.firstSeq(), reason);
            Batches.remove(connection, batch);
            Sql.run(
                    connection,
                    "UPDATE sent_interval SET quarantined = quarantined + 1, answer = ? WHERE id = ?",
                    reason,
                    batch.interval());
            failed(connection, reason);
            Sql.run(connection, "UPDATE sender SET refusals = ?, refusal = ?", run.count(), run.words());
            return IntervalWriter.settle(connection, batch.interval(), time);
        });
    }

    private void quarantine(Connection connection, Batch batch, long seq, String reason) throws SQLException {
        Sql.run(
                connection,
                "INSERT INTO quarantine (seq, id, version_us, interval_id, service, body, reason, at_ms, resend)"
                        + " SELECT seq, id, version_us, ?, service, body, ?, ?, 0 FROM record WHERE seq = ?",
                batch.interval(),
                reason,
                time.millis(),
                seq);
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

    int discard(List<Long> numbers) {
        return commit(connection -> OutboxQueries.discard(connection, numbers));
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
