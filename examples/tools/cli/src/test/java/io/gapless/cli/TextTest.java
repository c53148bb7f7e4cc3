package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 ms",
        "PT0.25S, 250 ms",
        "PT2.5S, 2.5 s",
        "PT5S, 5 s",
        "PT25.9S, 26 s",
        "PT3M, 3 min",
        "PT3M20S, 3 min 20 s",
        "PT2H5M9S, 2 h 5 min",
        "PT216H, 9 d",
        "PT219H, 9 d 3 h",
        "PT-0.06S, 0 ms"
    })
    void aDurationIsWrittenAsPeopleDo(Duration length, String text) {
        assertThat(Text.duration(length)).isEqualTo(text);
    }

    @Test
    void aNounFollowsItsNumber() {
        assertThat(Text.counted(1, "post")).isEqualTo("1 post");
        assertThat(Text.counted(0, "post")).isEqualTo("0 posts");
        assertThat(Text.counted(12_340, "post")).isEqualTo("12,340 posts");
    }
}
