package io.gapless.recovery.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Encodes records in the endpoint's own format: each record is an object of the list {@code requests}, with its fields
 * in their order.
 *
 * <pre>
 * {"requests":[{"service_id":"…","request_id":"…","opening_date":"2025-05-14T12:34:56Z","status_id":1,
 *   "last_modified_date":"2025-05-14T12:34:56Z"}]}
 * </pre>
 *
 * <p>These five fields are required, in these formats; other fields may follow. {@code service_id} and {@code
 * request_id} are written as text, even if they are numbers. {@code status_id} is written as a whole number. Moments
 * are written in UTC and to the second. The two required moments must be in the years 1 to 9999. A moment that is text
 * in the format of RFC 3339 is written unchanged.
 */
final class ServiceRequests implements RecordEncoder {
    static final String SERVICE_ID = "service_id";
    static final String REQUEST_ID = "request_id";
    static final String OPENING_DATE = "opening_date";
    static final String STATUS_ID = "status_id";
    static final String LAST_MODIFIED_DATE = "last_modified_date";

    private static final List<String> NEEDED =
            List.of(SERVICE_ID, REQUEST_ID, OPENING_DATE, STATUS_ID, LAST_MODIFIED_DATE);
    /**
     * The fields that are written as text, whatever their type in a table, because the receiver compares them with
     * text.
     */
    private static final Set<String> TEXTS = Set.of(SERVICE_ID, REQUEST_ID);

    private static final Envelope ENVELOPE = new Envelope("application/json", "{\"requests\":[", ",", "]}");
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_BYTES = 256;
    private static final int SHOWN_CHARACTERS = 100;
    private static final List<String> MOMENTS = List.of(OPENING_DATE, LAST_MODIFIED_DATE);
    /** Matches a moment in the format of RFC 3339. */
    private static final Pattern MOMENT =
            Pattern.compile("(?!0000)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)");

    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

    /** The number of each status for which the source has a word. */
    private final Map<String, Integer> statuses;

    ServiceRequests() {
        this(Map.of());
    }

    ServiceRequests(Map<String, Integer> statuses) {
        this.statuses = Map.copyOf(statuses);
    }

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
        for (String name : MOMENTS) checkMoment(name, fields.get(name));
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
                else write(json, name, value, ServiceRequests::moment);
            }
            json.writeEndObject();
        }
        return new Encoded(text(fields.get(SERVICE_ID)), body.toByteArray());
    }

    /**
     * Refuses a value that the endpoint does not accept as a moment. The endpoint accepts moments of the years 1 to
     * 9999, with a time of day and a zone.
     */
    private static void checkMoment(String name, @Nullable Object value) {
        if (value instanceof Instant at && !at.isBefore(FIRST) && at.isBefore(END)) return;
        if (value instanceof String text && MOMENT.matcher(text).matches()) {
            try {
                OffsetDateTime.parse(text);
                return;
            } catch (DateTimeParseException e) {
                // The text is not a moment, and is refused below.
            }
        }
        throw new IllegalArgumentException("the field " + name
                + " must be a moment such as 2025-05-14T12:34:56Z, and is " + shortened(String.valueOf(value)));
    }

    private static String shortened(String value) {
        return value.length() <= SHOWN_CHARACTERS ? value : value.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private BigInteger whole(@Nullable Object value) {
        Integer mapped = value instanceof String word ? statuses.get(word.strip()) : null;
        if (mapped != null) return BigInteger.valueOf(mapped);
        if (value instanceof String word && !statuses.isEmpty())
            throw new IllegalArgumentException(
                    "the field status_id is " + shortened(word) + ", for which there is no number");
        if (value instanceof BigInteger it) return it;
        if (value instanceof Integer || value instanceof Long || value instanceof Short)
            return BigInteger.valueOf(((Number) value).longValue());
        if (value instanceof BigDecimal it && it.stripTrailingZeros().scale() <= 0) return it.toBigInteger();
        throw new IllegalArgumentException(
                "the field status_id must be a whole number, and is " + shortened(String.valueOf(value)));
    }

    private static String text(@Nullable Object value) {
        if (value instanceof BigDecimal it) return it.toPlainString();
        if (value instanceof Instant it) return moment(it);
        return String.valueOf(value);
    }

    private static String moment(Instant value) {
        return value.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /**
     * Writes the value of a field.
     *
     * @param moment turns a moment into text
     */
    static void write(JsonGenerator json, String name, @Nullable Object value, Function<Instant, String> moment)
            throws IOException {
        if (value == null) json.writeNull();
        else if (value instanceof Boolean it) json.writeBoolean(it);
        else if (value instanceof Instant it) json.writeString(moment.apply(it));
        else if (value instanceof Number it) write(json, name, it);
        else json.writeString(value.toString());
    }

    private static void write(JsonGenerator json, String name, Number value) throws IOException {
        if (!Double.isFinite(value.doubleValue()) && !(value instanceof BigDecimal || value instanceof BigInteger))
            throw new IllegalArgumentException("the field " + name + " is " + value + ", which JSON cannot represent");
        json.writeNumber(value instanceof BigDecimal it ? it.toPlainString() : value.toString());
    }
}
