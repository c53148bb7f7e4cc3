package io.gapless.recovery.outbox;

/**
 * Turns records into the body of a request. The body of a batch is the envelope around the encoded records. Each record
 * is encoded once, when it is collected; its bytes never change after that. The sender calls an encoder from one thread
 * at a time.
 */
public interface RecordEncoder {
    /**
     * The text around the records of one request.
     *
     * @param contentType the Content-Type header
     * @param opening the text before the first record
     * @param separator the text between two records
     * @param closing the text after the last record
     */
    record Envelope(String contentType, String opening, String separator, String closing) {}

    /**
     * One encoded record.
     *
     * @param service the service that the record belongs to; used by a sender with one request per service
     * @param body the bytes of the record within the envelope; not copied
     */
    record Encoded(String service, byte[] body) {}

    /**
     * Returns the text around the records.
     *
     * @return always the same envelope
     */
    Envelope envelope();

    /**
     * Encodes one record.
     *
     * @param record the record
     * @return the bytes of the record
     * @throws Exception if the record cannot be encoded; only this record is then quarantined, with the message as the
     *     reason
     */
    Encoded encode(OutboxRecord record) throws Exception;
}
