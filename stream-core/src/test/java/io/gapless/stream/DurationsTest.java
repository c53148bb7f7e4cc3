package io.gapless.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.stream.seam.Durations;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.25S, 250 ms",
        "PT0.9999S, 1 s",
        "PT5S, 5 s",
        "PT5.44S, 5.4 s",
        "PT9.97S, 10 s",
        "PT25.3S, 25 s",
        "PT59.6S, 1 min",
        "PT1M59.99S, 2 min",
        "PT3M20S, 3 min 20 s",
        "PT1H, 1 h",
        "PT1H59M59S, 2 h",
        "PT2H5M, 2 h 5 min",
        "PT23H59M20S, 23 h 59 min",
        "PT23H59M40S, 1 d",
        "PT27H10M, 1 d 3 h",
        "PT215H59M, 9 d",
        "-PT0.35S, 350 ms",
        "PT2562047788015215H, 106751991167300 d 15 h"
    })
    void aDurationIsWrittenForPeople(Duration length, String text) {
        assertThat(Durations.text(length)).isEqualTo(text);
    }
}
