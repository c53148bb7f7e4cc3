package io.gapless.recovery.outbox;

/** Creates the encoders that come with the library. */
public final class RecordEncoders {
    private RecordEncoders() {}

    /**
     * Returns the encoder that a sender has by default. It writes a JSON object with the list {@code requests}. Its
     * records need {@code service_id}, {@code request_id}, {@code opening_date}, {@code status_id} and {@code
     * last_modified_date}.
     *
     * @return the encoder
     */
    public static RecordEncoder serviceRequests() {
        return new ServiceRequests();
    }

    /**
     * Returns an encoder of plain JSON. It writes an array of objects, one per record, with the fields that the record
     * has.
     *
     * @return the encoder
     */
    public static RecordEncoder json() {
        return new PlainJson();
    }
}
