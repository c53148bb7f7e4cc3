package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the records of a request as a JSON array. Each record has its own fields, in their order:
 *
 * <pre>
 * [{"id":17,"changed":"2025-05-14T12:34:56.789Z","status":"open"}]
 * </pre>
 *
 * <p>No field is required. Moments are written in UTC, with as many digits of a second as they have.
 */
final class PlainJson implements RecordEncoder {
    private static final Envelope ENVELOPE = new Envelope("application/json", "[", ",", "]");
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 256;

    @Override
    public Envelope envelope() {
        return ENVELOPE;
    }

    @Override
    public Encoded encode(OutboxRecord record) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable Object> field : record.fields().entrySet()) {
                json.writeFieldName(field.getKey());
                ServiceRequests.write(json, field.getKey(), field.getValue(), String::valueOf);
            }
            json.writeEndObject();
        }
        Object service = record.fields().get(ServiceRequests.SERVICE_ID);
        return new Encoded(service == null ? "" : service.toString(), body.toByteArray());
    }
}
