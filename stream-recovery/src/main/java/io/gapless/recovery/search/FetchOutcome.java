package io.gapless.recovery.search;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the result of the search of a slice.
 *
 * @param end how the search ended; only {@link End#WHOLE} completes the slice
 * @param lines the posts as the stream would have sent them, with {@code matching_rules}, oldest first. If the search
 *     ended early, they are the posts found until then; if there were too many posts, the list is empty
 * @param tally how many calls the search made, and how many posts X returned
 * @param lost why posts of the slice are certainly lost, in a few words for each reason; empty if nothing is lost
 * @param doubts what the stream delivers and search does not return, in a few words each; empty if there is no
 *     difference
 * @param detail X's words on an early end; may be empty
 * @param untilCapReset how long a cap that X names still holds; empty if X names none
 * @param splitAt where to split the slice if there were too many posts; empty otherwise
 */
public record FetchOutcome(
        End end,
        List<byte[]> lines,
        Tally tally,
        List<String> lost,
        List<String> doubts,
        String detail,
        Optional<Duration> untilCapReset,
        Optional<Instant> splitAt) {
    public FetchOutcome {
        lines = List.copyOf(lines);
        lost = List.copyOf(lost);
        doubts = List.copyOf(doubts);
    }

    /** Returns an outcome without posts. */
    static FetchOutcome without(End end, String detail) {
        return new FetchOutcome(
                end,
                List.of(),
                new Tally(0, 0, 0, 0),
                List.of(),
                List.of(),
                detail,
                Optional.empty(),
                Optional.empty());
    }

    /** Returns the losses and doubts in one line for people. */
    public String note() {
        return Stream.concat(lost.stream(), doubts.stream()).collect(Collectors.joining("; "));
    }
}
