package io.gapless.recovery.outbox;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/**
 * Cuts a sequence of records into batches, by the number of records and by bytes. A record that alone exceeds the limit
 * of bytes becomes a batch of its own.
 */
final class BatchCutter {
    /** Limits the size of a batch. */
    record Limits(int records, long bytes) {}

    /** Receives each batch once it is complete. */
    @FunctionalInterface
    interface Sink {
        void cut(long firstSeq, long lastSeq, int records, long bytes) throws SQLException;
    }

    private final Limits limits;
    private final long envelopeBytes;
    private final long separatorBytes;
    private final Sink sink;
    private long firstSeq;
    private long lastSeq;
    private int records;
    private long bytes;

    BatchCutter(Limits limits, RecordEncoder.Envelope envelope, Sink sink) {
        this.limits = limits;
        this.envelopeBytes = length(envelope.opening()) + length(envelope.closing());
        this.separatorBytes = length(envelope.separator());
        this.sink = sink;
    }

    private static long length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    void add(long seq, long length) throws SQLException {
        boolean full = records == limits.records() || bytes + separatorBytes + length > limits.bytes();
        if (records > 0 && full) end();
        if (records == 0) {
            firstSeq = seq;
            bytes = envelopeBytes;
        } else {
            bytes += separatorBytes;
        }
        lastSeq = seq;
        records++;
        bytes += length;
    }

    /** Ends the sequence of records, and passes the last batch to the sink. */
    void end() throws SQLException {
        if (records > 0) sink.cut(firstSeq, lastSeq, records, bytes);
        records = 0;
    }
}
