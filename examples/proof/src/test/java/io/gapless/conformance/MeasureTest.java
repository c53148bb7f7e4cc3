package io.gapless.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.gapless.proof.kit.Proof;
import io.gapless.receiver.Report;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That everything can still be measured; how fast it is, is for the program to judge on a quiet machine. */
class MeasureTest {
    @Test
    void eachBoundIsMeasured() throws Exception {
        List<Report> all = new ArrayList<>();
        for (Proof proof : MeasureCommand.proofs(Repeats.quick())) all.add(proof.run());

        assertThat(all).hasSize(10).allSatisfy(measured -> assertThat(measured.numbers())
                .as(measured.title())
                .isNotEmpty()
                .allSatisfy((name, value) -> assertThat(value).isNotNegative()));
        assertThat(all)
                .filteredOn(measured -> measured.title().startsWith("memory"))
                .allSatisfy(measured -> assertThat(measured.misses()).isEmpty());
    }
}
