package io.gapless.recovery.outbox;

/**
 * What one request carries: records of the outbox whose bytes are fixed.
 *
 * @param id counts the batches
 * @param key the Idempotency-Key: the same at each try, and no other batch's
 * @param interval the interval that it belongs to
 * @param service whose records, or empty for everybody's
 * @param firstSeq its first record; orders the batches
 * @param lastSeq its last record
 * @param records how many
 * @param bytes the length of the body
 * @param envelope what stands around the records
 */
record Batch(
        long id,
        String key,
        long interval,
        String service,
        long firstSeq,
        long lastSeq,
        int records,
        long bytes,
        RecordEncoder.Envelope envelope) {}
