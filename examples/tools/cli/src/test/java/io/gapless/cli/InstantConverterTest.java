package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class InstantConverterTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T12:00:00Z, 2026-03-01T12:00:00Z",
        "2026-03-01T13:00:00+01:00, 2026-03-01T12:00:00Z",
        "2026-03-01, 2026-03-01T00:00:00Z",
        "2h, 2026-11-30T10:00:00Z",
        "2h ago, 2026-11-30T10:00:00Z",
        "90s ago, 2026-11-30T11:58:30Z",
        "1d, 2026-11-29T12:00:00Z",
        "now, 2026-11-30T12:00:00Z"
    })
    void anInstantADateAndHowLongAgoArePointsInTime(String text, Instant instant) {
        assertThat(InstantConverter.parse(text, NOON, ZoneOffset.UTC)).isEqualTo(instant);
    }

    @Test
    void aDateBeginsInItsZone() {
        assertThat(InstantConverter.parse("2026-03-01", NOON, ZoneId.of("Europe/Berlin")))
                .isEqualTo("2026-02-28T23:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-02-30", "2026-03-01T12:00:00", "12:00", "2 hours ago", "0s", "-2h"})
    void anythingElseIsRefusedWithTheForms(String text) {
        assertThatThrownBy(() -> new InstantConverter().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("2026-11-30T12:00:00Z")
                .hasMessageContaining("2h ago");
    }
}
