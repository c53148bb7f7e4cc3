package io.gapless.conformance;

import java.util.List;
import java.util.stream.Stream;

/**
 * A row of the table.
 *
 * @param name what goes wrong
 * @param peers what each of {@link Peers#NAMES} did, measured once
 * @param play has it go wrong for this library
 */
record Scenario(String name, List<String> peers, Play play) {
    /** The row as a program. */
    @FunctionalInterface
    interface Play {
        Outcome play(Timing timing) throws InterruptedException;
    }

    Scenario {
        if (peers.size() != Peers.NAMES.size()) {
            throw new IllegalArgumentException(name + ": a cell for each peer, not " + peers.size());
        }
    }

    /** All rows, in the table's order. */
    static List<Scenario> all() {
        return Stream.of(Endings.rows(), Refusals.passingRows(), Lines.rows(), Refusals.lastingRows(), Strains.rows())
                .flatMap(List::stream)
                .toList();
    }
}
