package io.gapless.recovery.outbox;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Describes one request: a run of records of the outbox, whose bytes do not change.
 *
 * @param id the number of the batch
 * @param key the Idempotency-Key: the same at each try, and different from that of every other batch. Until the body
 *     has been read, it lacks the digest of the body
 * @param interval the interval that the batch belongs to
 * @param service the service whose records it contains; empty if it contains the records of all services
 * @param firstSeq the place of its first record; batches are ordered by it
 * @param lastSeq the place of its last record
 * @param records how many records it has
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
     * Returns the same batch with the complete key, under which it is sent. One part of the key is a digest of the
     * content, so a state directory that was restored from a copy never sends other content under a used key. The other
     * part is the place of the first record, which a restored state still knows. So the endpoint recognises a batch
     * that it already has as a repeat, and does not apply it after a newer version.
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
