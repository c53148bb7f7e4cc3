package io.gapless.recovery.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint's form, whatever types the columns of a table have. */
class ServiceRequestsTest {
    private static final Instant MOMENT = Instant.parse("2025-05-14T12:34:56.789Z");

    private final ServiceRequests form = new ServiceRequests();

    private RecordEncoder.Encoded encoded(Object serviceId, Object requestId, @Nullable Object statusId)
            throws Exception {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("service_id", serviceId);
        fields.put("request_id", requestId);
        fields.put("opening_date", MOMENT);
        fields.put("status_id", statusId);
        fields.put("last_modified_date", MOMENT);
        fields.put("rank", 3);
        return form.encode(new OutboxRecord("1", MOMENT, fields));
    }

    private static String form(String serviceId, String requestId, String statusId) {
        return "{\"service_id\":" + serviceId + ",\"request_id\":" + requestId
                + ",\"opening_date\":\"2025-05-14T12:34:56Z\",\"status_id\":" + statusId
                + ",\"last_modified_date\":\"2025-05-14T12:34:56Z\",\"rank\":3}";
    }

    @Test
    void idsThatAreNumbersAreWrittenAsText() throws Exception {
        RecordEncoder.Encoded record = encoded(7, 1999000000000000001L, 1);

        assertThat(new String(record.body(), StandardCharsets.UTF_8))
                .isEqualTo(form("\"7\"", "\"1999000000000000001\"", "1"));
        assertThat(record.service()).isEqualTo("7");
    }

    @Test
    void idsThatAreDecimalsAreWrittenWithoutAnExponent() throws Exception {
        RecordEncoder.Encoded record = encoded(new BigDecimal("7E+3"), new BigInteger("12"), (short) 1);

        assertThat(new String(record.body(), StandardCharsets.UTF_8)).isEqualTo(form("\"7000\"", "\"12\"", "1"));
        assertThat(record.service()).isEqualTo("7000");
    }

    @Test
    void aStatusThatIsAWholeDecimalIsWrittenAsAnInteger() throws Exception {
        assertThat(new String(encoded("s", "r", new BigDecimal("2.0")).body(), StandardCharsets.UTF_8))
                .isEqualTo(form("\"s\"", "\"r\"", "2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-02",
                "2026-03-02 12:00:00",
                "infinity",
                "0044-03-15 BC",
                "2026-13-01T00:00:00Z",
                "2026-03-02T12:00:00"
            })
    void whatIsNoMomentWithAZoneIsNoOpeningDate(String text) {
        assertThatThrownBy(() -> opened(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the field opening_date must be a moment such as 2025-05-14T12:34:56Z, and is " + text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-03-02T12:00:00Z", "2026-03-02T12:00:00.5+02:00", "0001-01-01T00:00:00Z"})
    void aMomentThatIsTextGoesOutAsItIs(String text) throws Exception {
        assertThat(new String(opened(text).body(), StandardCharsets.UTF_8))
                .contains("\"opening_date\":\"" + text + "\"");
    }

    @Test
    void aMomentOutsideOfTheYears1To9999IsNone() {
        assertThatThrownBy(() -> opened(Instant.parse("-0043-03-15T00:00:00Z"))).hasMessageContaining("-0043-03-15");
        assertThatThrownBy(() -> opened(Instant.parse("+10000-01-01T00:00:00Z")))
                .hasMessageContaining("+10000");
    }

    private RecordEncoder.Encoded opened(Object openingDate) throws Exception {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("service_id", "s");
        fields.put("request_id", "r");
        fields.put("opening_date", openingDate);
        fields.put("status_id", 1);
        fields.put("last_modified_date", MOMENT);
        return form.encode(new OutboxRecord("1", MOMENT, fields));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "open"})
    void aStatusThatIsTextIsNoStatus(String statusId) {
        assertThatThrownBy(() -> encoded("s", "r", statusId))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the field status_id must be a whole number, and is " + statusId);
    }
}
