package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.25S, 250 ms",
        "PT25S, 25.0 s",
        "PT1M59.99S, 119.9 s",
        "PT3M20S, 3:20 min",
        "PT1H59M59S, 119:59 min",
        "PT2H5M, 2:05 h",
        "PT2562047788015215H, 2562047788015215:00 h"
    })
    void aDurationIsWrittenForPeople(Duration length, String text) {
        assertThat(Durations.text(length)).isEqualTo(text);
    }
}
