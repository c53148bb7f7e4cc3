package io.gapless.recovery.outbox;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Describes the records of one request. Their bytes do not change. A place is the number of a record in the outbox.
 *
 * @param id the number of the batch
 * @param key the Idempotency-Key, which is different for each batch. A batch that was read from the outbox has only the
 *     beginning of its key. {@link #keyed} completes the key, and the complete key is the same at each try
 * @param interval the number of the interval that the batch belongs to
 * @param service the service whose records the batch contains; empty if the batch contains the records of all services
 * @param firstSeq the place of the first record; batches are tried in the order of these places
 * @param lastSeq the place of the last record
 * @param records how many records the batch has
 * @param bytes the length of the body
 * @param envelope the text around the records
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
        RecordEncoder.Envelope envelope) {
    private static final int DIGEST_BYTES = 16;

    /**
     * Returns the same batch with the complete key, under which the batch is sent. The key ends with a digest of the
     * content. So even if a state directory was restored from a copy, the sender never sends other content under a used
     * key. The rest of the key is the name of the outbox and the place of the first record, and a restored outbox has
     * both. So the endpoint recognises a batch that it already has as a repeat, and does not apply the batch after a
     * newer version.
     */
    Batch keyed(byte[] body) {
        byte[] digest;
        try {
            digest = MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
        String whole = key + "-" + HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        return new Batch(id, whole, interval, service, firstSeq, lastSeq, records, bytes, envelope);
    }
}
