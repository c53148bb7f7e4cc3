package io.gapless.recovery.outbox;

/**
 * Turns records into the body of a request. A batch's body is the envelope around the encoded records; each is encoded
 * once, when it is collected, and its bytes never change after that. Called by one thread at a time.
 */
public interface RecordEncoder {
    /**
     * What stands around the records of one request.
     *
     * @param contentType the Content-Type header
     * @param opening what comes first
     * @param separator what comes between two records
     * @param closing what comes last
     */
    record Envelope(String contentType, String opening, String separator, String closing) {}

    /**
     * One record as it is sent.
     *
     * @param service whose it is, for a sender with one request per service
     * @param body the bytes within the envelope; not copied
     */
    record Encoded(String service, byte[] body) {}

    /**
     * What stands around the records.
     *
     * @return always the same
     */
    Envelope envelope();

    /**
     * Encodes one record.
     *
     * @param record the record
     * @return its bytes
     * @throws Exception if the record cannot be sent as it is; it is then quarantined alone, with the message
     */
    Encoded encode(OutboxRecord record) throws Exception;
}
