package io.gapless.recovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the search of a slice has brought.
 *
 * @param end how it ended; only {@link SearchEnd#WHOLE} makes progress
 * @param lines posts as the stream would have sent them, with {@code matching_rules}, oldest first; also those found
 *     before an early end, but none if there were too many
 * @param tally what it has taken
 * @param losses what X would not answer, in a few words each; empty if nothing
 * @param detail X's words on an early end; may be empty
 * @param splitAt where to split the slice if there were too many
 */
record SearchOutcome(
        SearchEnd end,
        List<byte[]> lines,
        SearchTally tally,
        List<String> losses,
        String detail,
        Optional<Instant> splitAt) {
    SearchOutcome {
        lines = List.copyOf(lines);
        losses = List.copyOf(losses);
    }
}
