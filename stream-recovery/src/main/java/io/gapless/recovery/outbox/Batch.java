package io.gapless.recovery.outbox;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What one request carries: records of the outbox whose bytes are fixed.
 *
 * @param id counts the batches
 * @param key the Idempotency-Key: the same at each try, and no other batch's; without the digest of the body as long as
 *     that is not read
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
        RecordEncoder.Envelope envelope) {
    private static final int DIGEST_BYTES = 16;

    /**
     * The same batch with the key that it is sent under. Part of it is the content, so that a state that was put back
     * from a copy never sends other content under a key that was used. The rest is its first record's place, which such
     * a state still knows: so what was sent before is a repeat for the endpoint, and follows nothing that is newer.
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
