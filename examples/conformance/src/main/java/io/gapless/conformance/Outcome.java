package io.gapless.conformance;

import java.util.ArrayList;
import java.util.List;

/**
 * What a scenario came to.
 *
 * @param cell the library's cell in the table
 * @param failures the expectations that were not met; empty if the row passes
 */
record Outcome(String cell, List<String> failures) {
    boolean passes() {
        return failures.isEmpty();
    }

    /** Begins to judge. */
    static Judgement expect(boolean holds, String expectation) {
        return new Judgement().expect(holds, expectation);
    }

    /** Expectations, collected so that all that fail are told. Not thread-safe. */
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
