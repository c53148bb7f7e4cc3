package io.gapless.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** That everything can still be measured; how fast it is, is for the program to judge on a quiet machine. */
class MeasureTest {
    @BeforeAll
    static void hideFromConsole() {
        LogLines.hideFromConsole();
    }

    @Test
    void eachBoundIsMeasured() throws InterruptedException {
        List<Measured> all = new ArrayList<>();
        for (Measure measure : Measure.all(Effort.quick())) all.addAll(measure.run());

        assertThat(all).hasSize(10).allSatisfy(measured -> assertThat(measured.numbers())
                .as(measured.name())
                .isNotEmpty()
                .allSatisfy((name, value) -> assertThat(value).isNotNegative()));
        assertThat(all)
                .filteredOn(measured -> measured.name().startsWith("memory"))
                .allSatisfy(measured -> assertThat(measured.misses()).isEmpty());
    }
}
