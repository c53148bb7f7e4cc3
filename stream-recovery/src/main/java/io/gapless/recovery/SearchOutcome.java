package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the result of the search of a slice.
 *
 * @param end how the search ended; only {@link SearchEnd#WHOLE} makes progress
 * @param lines the posts as the stream would have sent them, with {@code matching_rules}, oldest first. They include
 *     posts found before an early end, but there are none if there were too many
 * @param tally what the search has taken
 * @param lost reasons for certain losses, in a few words each, where X did not answer; empty if nothing is lost
 * @param doubts what search does not return and the stream does, in a few words each; empty if there is nothing
 * @param detail X's words on an early end; may be empty
 * @param untilCapReset how long a cap that X names still holds; empty if X names none
 * @param splitAt where to split the slice if there were too many posts; empty otherwise
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

    /** Returns an outcome without posts. */
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

    /** Returns the losses and doubts in one line for people. */
    String note() {
        return Stream.concat(lost.stream(), doubts.stream()).collect(Collectors.joining("; "));
    }
}
