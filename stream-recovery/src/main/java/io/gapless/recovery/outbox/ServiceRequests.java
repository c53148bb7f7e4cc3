package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint's own form: the fields of a record, in their order, as one object of the list {@code requests}.
 *
 * <pre>
 * {"requests":[{"service_id":"…","request_id":"…","opening_date":"2025-05-14T12:34:56Z","status_id":1,
 *   "last_modified_date":"2025-05-14T12:34:56Z"}]}
 * </pre>
 *
 * <p>These five fields must be there; others may follow. {@code service_id} and {@code request_id} are written as text,
 * also where they are numbers, {@code status_id} as a whole number; moments in UTC and to the second.
 */
final class ServiceRequests implements RecordEncoder {
    static final String SERVICE_ID = "service_id";
    static final String REQUEST_ID = "request_id";
    static final String OPENING_DATE = "opening_date";
    static final String STATUS_ID = "status_id";
    static final String LAST_MODIFIED_DATE = "last_modified_date";

    private static final List<String> NEEDED =
            List.of(SERVICE_ID, REQUEST_ID, OPENING_DATE, STATUS_ID, LAST_MODIFIED_DATE);
    /** As text, whatever they are in a table: the receiver compares them with what it has as text. */
    private static final Set<String> TEXTS = Set.of(SERVICE_ID, REQUEST_ID);

    private static final Envelope ENVELOPE = new Envelope("application/json", "{\"requests\":[", ",", "]}");
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 256;

    @Override
    public Envelope envelope() {
        return ENVELOPE;
    }

    @Override
    public Encoded encode(OutboxRecord record) throws IOException {
        Map<String, @Nullable Object> fields = record.fields();
        for (String name : NEEDED) {
            Object value = fields.get(name);
            if (value == null || value.equals(""))
                throw new IllegalArgumentException("the field " + name + " is missing");
        }
        BigInteger statusId = whole(fields.get(STATUS_ID));
        ByteArrayOutputStream body = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator json = JSON.createGenerator(body)) {
            json.writeStartObject();
            for (Map.Entry<String, @Nullable Object> field : fields.entrySet()) {
                String name = field.getKey();
                Object value = field.getValue();
                json.writeFieldName(name);
                if (name.equals(STATUS_ID)) json.writeNumber(statusId);
                else if (TEXTS.contains(name)) json.writeString(text(value));
                else write(json, name, value);
            }
            json.writeEndObject();
        }
        return new Encoded(text(fields.get(SERVICE_ID)), body.toByteArray());
    }

    private static BigInteger whole(@Nullable Object value) {
        if (value instanceof BigInteger it) return it;
        if (value instanceof Integer || value instanceof Long || value instanceof Short)
            return BigInteger.valueOf(((Number) value).longValue());
        if (value instanceof BigDecimal it && it.stripTrailingZeros().scale() <= 0) return it.toBigInteger();
        throw new IllegalArgumentException("the field status_id must be a whole number, and is " + value);
    }

    private static String text(@Nullable Object value) {
        if (value instanceof BigDecimal it) return it.toPlainString();
        if (value instanceof Instant it) return moment(it);
        return String.valueOf(value);
    }

    private static String moment(Instant value) {
        return value.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static void write(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value == null) json.writeNull();
        else if (value instanceof Boolean it) json.writeBoolean(it);
        else if (value instanceof Instant it) json.writeString(moment(it));
        else if (value instanceof Number it) write(json, name, it);
        else json.writeString(value.toString());
    }

    private static void write(JsonGenerator json, String name, Number value) throws IOException {
        if (!Double.isFinite(value.doubleValue()) && !(value instanceof BigDecimal || value instanceof BigInteger))
            throw new IllegalArgumentException("the field " + name + " is " + value + ", which JSON cannot represent");
        json.writeNumber(value instanceof BigDecimal it ? it.toPlainString() : value.toString());
    }
}
