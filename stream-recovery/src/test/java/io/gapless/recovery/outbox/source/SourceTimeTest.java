package io.gapless.recovery.outbox.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SourceTime as the tables hold them, also those of no calendar. */
class SourceTimeTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0001-01-01T00:00:00Z",
                "1676-12-31T23:59:59.999999Z",
                "1969-12-31T23:59:59.000001Z",
                "2026-03-01T12:00:00.123456Z",
                "9999-12-31T23:59:59Z",
                "+290000-12-31T00:00:00Z"
            })
    void aMomentComesBackAsItWas(String text) {
        Instant moment = Instant.parse(text);
        assertThat(SourceTime.ofMicros(SourceTime.micros(moment))).isEqualTo(moment);
    }

    @Test
    void theBeginningIsBeforeWhatMicrosecondsCanCount() {
        assertThat(SourceTime.ofMicros(SourceTime.micros(Instant.MIN))).isEqualTo(Instant.MIN);
        assertThat(SourceTime.micros(Instant.parse("-999999999-01-01T00:00:00Z")))
                .isGreaterThan(SourceTime.micros(Instant.MIN));
        assertThat(SourceTime.micros(Instant.MAX)).isEqualTo(Long.MAX_VALUE);
    }
}
