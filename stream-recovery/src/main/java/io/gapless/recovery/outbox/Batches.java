package io.gapless.recovery.outbox;

import io.gapless.recovery.outbox.BatchCutter.Limits;
import io.gapless.recovery.outbox.RecordEncoder.Envelope;
import io.gapless.recovery.storage.Sql;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and changes the batches that wait, and their records. Each method runs within a transaction of the caller. */
final class Batches {
    private Batches() {}

    /**
     * Returns the first batch behind a place in the outbox, in the order of collection; empty if there is no such
     * batch.
     */
    static Optional<Batch> next(Connection connection, long afterSeq) throws SQLException {
        return Sql.list(
                        connection,
                        "SELECT b.*, o.name FROM batch b, outbox o WHERE b.first_seq > ? ORDER BY b.first_seq LIMIT 1",
                        Batches::batch,
                        afterSeq)
                .stream()
                .findFirst();
    }

    private static Batch batch(ResultSet row) throws SQLException {
        long firstSeq = row.getLong("first_seq");
        return new Batch(
                row.getLong("id"),
                row.getString("name") + "-" + firstSeq,
                row.getLong("interval_id"),
                row.getString("service"),
                firstSeq,
                row.getLong("last_seq"),
                row.getInt("records"),
                row.getLong("bytes"),
                new Envelope(
                        row.getString("content_type"),
                        row.getString("opening"),
                        row.getString("separator"),
                        row.getString("closing")));
    }

    /**
     * Returns the part of a statement that selects the records of a batch. The second condition for a service lets the
     * database use the index of services.
     */
    private static String rowsOf(Batch batch) {
        String rows = " FROM record WHERE seq BETWEEN ? AND ? AND service = ?";
        return batch.service().isEmpty() ? rows : rows + " AND service <> ''";
    }

    static byte[] body(Connection connection, Batch batch) throws SQLException {
        Envelope envelope = batch.envelope();
        byte[] separator = envelope.separator().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream((int) Math.min(batch.bytes(), Integer.MAX_VALUE - 8));
        body.writeBytes(envelope.opening().getBytes(StandardCharsets.UTF_8));
        boolean[] begun = {false};
        Sql.forEach(
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

    /**
     * Returns whether an earlier version of one of the records of this batch still waits in the outbox. Then this batch
     * must wait, too.
     */
    static boolean isHeldBack(Connection connection, Batch batch) throws SQLException {
        return !Sql.list(
                        connection,
                        "SELECT 1 FROM record r JOIN collected c ON c.id = r.id"
                                + " JOIN record earlier ON earlier.seq = c.seq WHERE r.seq BETWEEN ? AND ?"
                                + " AND r.service = ? AND earlier.seq < r.seq LIMIT 1",
                        row -> true,
                        batch.firstSeq(),
                        batch.lastSeq(),
                        batch.service())
                .isEmpty();
    }

    static void insert(
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

    /** Replaces a batch by its two halves. */
    static void split(Connection connection, Batch batch) throws SQLException {
        List<long[]> rows = lengths(connection, batch);
        Sql.run(connection, "DELETE FROM batch WHERE id = ?", batch.id());
        int half = rows.size() / 2;
        insertAll(connection, batch, rows.subList(0, half));
        insertAll(connection, batch, rows.subList(half, rows.size()));
    }

    /** Returns the place in the outbox and the length in bytes of each record of the batch. */
    private static List<long[]> lengths(Connection connection, Batch batch) throws SQLException {
        List<long[]> rows = new ArrayList<>();
        Sql.forEach(
                connection,
                row -> rows.add(new long[] {row.getLong(1), row.getLong(2)}),
                "SELECT seq, length(body)" + rowsOf(batch) + " ORDER BY seq",
                batch.firstSeq(),
                batch.lastSeq(),
                batch.service());
        return rows;
    }

    private static void insertAll(Connection connection, Batch of, List<long[]> rows) throws SQLException {
        BatchCutter cutter = new BatchCutter(
                new Limits(Integer.MAX_VALUE, Long.MAX_VALUE),
                of.envelope(),
                (first, last, records, bytes) ->
                        insert(connection, of.interval(), of.service(), first, last, records, bytes, of.envelope()));
        for (long[] row : rows) cutter.add(row[0], row[1]);
        cutter.end();
    }

    /** Returns the records of the batch, with the names by which an answer can identify them. */
    static List<Attribution.Row> rows(Connection connection, Batch batch) throws SQLException {
        return Sql.list(
                connection,
                "SELECT seq, id, body" + rowsOf(batch) + " ORDER BY seq",
                row -> Attribution.Row.of(row.getLong(1), row.getString(2), row.getBytes(3)),
                batch.firstSeq(),
                batch.lastSeq(),
                batch.service());
    }

    static void removeRecord(Connection connection, long seq) throws SQLException {
        Sql.run(connection, "DELETE FROM record WHERE seq = ?", seq);
    }

    /**
     * Replaces a batch by a batch of its remaining records, under a new number.
     *
     * @return by how many requests the interval grows: 1, or 0 if no record remains
     */
    static int replaceByRest(Connection connection, Batch batch) throws SQLException {
        List<long[]> rest = lengths(connection, batch);
        Sql.run(connection, "DELETE FROM batch WHERE id = ?", batch.id());
        if (rest.isEmpty()) return 0;
        insertAll(connection, batch, rest);
        return 1;
    }

    static void remove(Connection connection, Batch batch) throws SQLException {
        Sql.run(connection, "DELETE" + rowsOf(batch), batch.firstSeq(), batch.lastSeq(), batch.service());
        Sql.run(connection, "DELETE FROM batch WHERE id = ?", batch.id());
    }
}
