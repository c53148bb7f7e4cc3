package io.gapless.stream.seam;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadTest {
    private static Head head(String name, String value) {
        return new Head(200, Map.of(name, value));
    }

    @Test
    void aHeaderIsFoundInAnyCaseAndItsFirstValueCounts() {
        Head head = Head.of(200, Map.of("X-Thing", List.of("first", "second"), "Empty", List.of()));
        assertThat(head.header("x-thing")).hasValue("first");
        assertThat(head.header("X-THING")).hasValue("first");
        assertThat(head.header("empty")).isEmpty();
    }

    @Test
    void theDateIsReadInEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(head("Date", "Sun, 22 Nov 2026 12:34:56 GMT").date())
                    .hasValue(Instant.parse("2026-11-22T12:34:56Z"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "yesterday", "2026-11-22T12:34:56Z", "Sun, 32 Nov 2026 12:34:56 GMT"})
    void anUnreadableDateIsNoDate(String garbage) {
        assertThat(head("Date", garbage).date()).isEmpty();
    }

    @Test
    void aMissingDateIsNoDate() {
        assertThat(new Head(200, Map.of()).date()).isEmpty();
        assertThat(new Head(200, Map.of()).rateLimitReset()).isEmpty();
    }

    @Test
    void theRateLimitsResetIsInSeconds() {
        assertThat(head("x-rate-limit-reset", " 1795350896 ").rateLimitReset())
                .hasValue(Instant.ofEpochSecond(1795350896));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "1.5", "9223372036854775807", "99999999999999999999", "0x10"})
    void anUnreadableResetIsNoReset(String garbage) {
        assertThat(head("x-rate-limit-reset", garbage).rateLimitReset()).isEmpty();
    }
}
