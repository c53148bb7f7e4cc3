package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the search of a slice has brought.
 *
 * @param end how it ended; only {@link SearchEnd#WHOLE} makes progress
 * @param lines posts as the stream would have sent them, with {@code matching_rules}, oldest first; also those found
 *     before an early end, but none if there were too many
 * @param tally what it has taken
 * @param lost what X would not answer, in a few words each: certainly lost; empty if nothing
 * @param doubts what search does not return and the stream does, in a few words each; empty if nothing
 * @param detail X's words on an early end; may be empty
 * @param untilCapReset how long a cap still holds that X names
 * @param splitAt where to split the slice if there were too many
 */
record SearchOutcome(
        SearchEnd end,
        List<byte[]> lines,
        SearchTally tally,
        List<String> lost,
        List<String> doubts,
        String detail,
        Optional<Duration> untilCapReset,
        Optional<Instant> splitAt) {
    SearchOutcome {
        lines = List.copyOf(lines);
        lost = List.copyOf(lost);
        doubts = List.copyOf(doubts);
    }

    /** One that has brought nothing. */
    static SearchOutcome without(SearchEnd end, String detail) {
        return new SearchOutcome(
                end,
                List.of(),
                new SearchTally(0, 0, 0, 0),
                List.of(),
                List.of(),
                detail,
                Optional.empty(),
                Optional.empty());
    }

    /** All that is worth knowing about it, in one line for people. */
    String note() {
        return Stream.concat(lost.stream(), doubts.stream()).collect(Collectors.joining("; "));
    }
}
