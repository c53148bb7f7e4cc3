package io.gapless.recovery.outbox;

/** Creates the encoders that come with the library. */
public final class RecordEncoders {
    private RecordEncoders() {}

    /**
     * Returns the encoder that a sender has by default: a JSON object with the list {@code requests}, whose records
     * need {@code service_id}, {@code request_id}, {@code opening_date}, {@code status_id} and {@code
     * last_modified_date}.
     *
     * @return the encoder
     */
    public static RecordEncoder serviceRequests() {
        return new ServiceRequests();
    }

    /**
     * Returns an encoder of plain JSON: an array of the records, each an object of the fields that it has.
     *
     * @return the encoder
     */
    public static RecordEncoder json() {
        return new PlainJson();
    }
}
