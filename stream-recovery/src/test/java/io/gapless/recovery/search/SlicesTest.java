package io.gapless.recovery.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.recovery.ledger.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicesTest {
    private static final Instant START = Instant.parse("2026-11-22T00:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // span s, posts/s, slices, longest s
        "60,    ,      1, 60",
        "900,   ,      1, 900",
        "901,   ,      2, 900",
        "86400, ,     96, 900",
        "86400, 0,     4, 21600",
        "86400, 0.001, 4, 21600",
        "3600,  1,     2, 2500",
        "100,   100,   4, 25",
        "10,    1e9,  10, 1"
    })
    void aSpanIsCutByTheRateOfItsPosts(int seconds, Double rate, int slices, int longest) {
        Span span = new Span(START, START.plusSeconds(seconds));
        List<Span> cut = new ArrayList<>();
        for (Span rest = span; ; rest = new Span(cut.get(cut.size() - 1).until(), span.until())) {
            cut.add(Slices.first(
                    rest, rate == null ? OptionalDouble.empty() : OptionalDouble.of(rate), Long.MAX_VALUE));
            if (cut.get(cut.size() - 1).until().equals(span.until())) break;
        }
        assertThat(cut).hasSize(slices);
        assertThat(cut.get(0).from()).isEqualTo(span.from());
        assertThat(cut.get(slices - 1).until()).isEqualTo(span.until());
        for (int i = 1; i < slices; i++) {
            assertThat(cut.get(i).from()).isEqualTo(cut.get(i - 1).until());
        }
        assertThat(cut).extracting(Span::length).allMatch(length -> length.compareTo(Duration.ofSeconds(longest)) <= 0);
    }

    @Test
    void twoThousandPostsCostTenDollars() {
        assertThat(Slices.dollars(2_000)).isEqualTo(10.0);
    }
}
