package io.gapless.conformance;

import io.gapless.receiver.Report;
import java.util.List;
import java.util.stream.Stream;

/**
 * Describes a row of the conformance table, and how to play this row.
 *
 * @param name the fault of this row
 * @param play plays the fault against this library
 */
record Scenario(String name, Play play) {
    /** Plays a row. The title of the report is the text for the library's column. */
    @FunctionalInterface
    interface Play {
        Report play(Timing timing) throws InterruptedException;
    }

    /** Returns all rows, in the table's order. */
    static List<Scenario> all() {
        return Stream.of(
                        Endings.rows(),
                        Refusals.passingRows(),
                        Lines.rows(),
                        Refusals.lastingRows(),
                        SlowHandlers.rows())
                .flatMap(List::stream)
                .toList();
    }
}
