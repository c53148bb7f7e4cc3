package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class DurationConverterTest {
    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({"500ms,PT0.5S", "25s,PT25S", "5m,PT5M", "2h,PT2H", "1d,PT24H"})
    void aNumberAndAUnitAreADuration(String text, Duration duration) {
        assertThat(converter.convert(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "25", "s", "1.5s", "-1s", "2 h", "5M", "PT5S", "1h30m", "99999999999999s", "25s\n"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> converter.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("25s");
    }

    @Test
    void noTimeAtAllIsRefused() {
        assertThatThrownBy(() -> converter.convert("0s")).hasMessageContaining("more than 0");
    }

    @Test
    void whatNoTimerHoldsIsRefused() {
        assertThatThrownBy(() -> converter.convert("999999999999d")).hasMessageContaining("100 years");
    }
}
