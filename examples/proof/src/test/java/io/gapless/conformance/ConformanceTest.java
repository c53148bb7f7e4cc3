package io.gapless.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The table, with short waits and waits of a minute only planned. */
class ConformanceTest {
    @TestFactory
    Stream<DynamicTest> everyRowPasses() throws InterruptedException {
        return ConformanceTable.play(Scenario.all(), Timing.quick(), row -> {}).rows().stream()
                .map(row -> DynamicTest.dynamicTest(
                        row.scenario().name(), () -> assertThat(row.outcome().misses())
                                .as(row.outcome().title())
                                .isEmpty()));
    }

    @Test
    void everyPeerHasACellInEveryRow() {
        assertThat(Scenario.all())
                .allSatisfy(row -> assertThat(Peers.measured().of(row.name())).doesNotContainNull());
    }
}
