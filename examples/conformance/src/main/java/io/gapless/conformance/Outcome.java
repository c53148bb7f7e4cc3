package io.gapless.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * Holds the outcome of a scenario.
 *
 * @param cell the text for the library's column in the table
 * @param failures the expectations that did not hold; empty if the row passes
 */
record Outcome(String cell, List<String> failures) {
    boolean passes() {
        return failures.isEmpty();
    }

    /** Starts a judgement with its first expectation. */
    static Judgement expect(boolean holds, String expectation) {
        return new Judgement().expect(holds, expectation);
    }

    /**
     * Collects the expectations of one row, so that all expectations that fail are reported, and not only the first.
     * Not thread-safe.
     */
    static final class Judgement {
        private final List<String> failures = new ArrayList<>();

        private Judgement() {}

        Judgement expect(boolean holds, String expectation) {
            if (!holds) failures.add(expectation);
            return this;
        }

        Outcome of(String cell) {
            return new Outcome(cell, List.copyOf(failures));
        }
    }
}
