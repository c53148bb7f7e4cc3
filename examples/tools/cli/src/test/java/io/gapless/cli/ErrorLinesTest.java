package io.gapless.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorLinesTest {
    private static final String UP = "\u001b[1A\r\u001b[K";

    private final Said said = new Said();
    private final ErrorLines err = new ErrorLines(new PrintStream(said, true, StandardCharsets.UTF_8));

    @Test
    void linesAtTheBottomAreWrittenOverAndStayBelowOthers() {
        err.bottom(List.of("a", "b"));
        err.println("event");
        err.bottom(List.of("c"));
        err.bottom(List.of());
        assertThat(said.text().split(System.lineSeparator()))
                .containsExactly("a", "b", UP + UP + "event", "a", "b", UP + UP + "c", UP);
    }

    @Test
    void withoutThemNothingButLinesIsPrinted() {
        err.bottom(List.of());
        err.println("event");
        assertThat(said.text().strip()).isEqualTo("event");
    }
}
