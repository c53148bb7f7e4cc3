package io.gapless.recovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What came of a simulated day.
 *
 * @param seed repeats it
 * @param day what was drawn, in words
 * @param failures broken promises, in the order in which they were noticed
 * @param story the lines around the first failure
 * @param hash over all that happened
 * @param length virtual time
 * @param posts delivered
 * @param gaps entries of the ledger
 * @param outages of all lives
 * @param lives of the process
 * @param jobs asked for
 * @param searches asked for
 * @param strikes how often each fault really struck
 */
record Outcome(
        long seed,
        String day,
        List<Failure> failures,
        List<String> story,
        long hash,
        Duration length,
        long posts,
        long gaps,
        long outages,
        long lives,
        long jobs,
        long searches,
        Map<Fault, Long> strikes) {
    boolean isGood() {
        return failures.isEmpty();
    }

    /** The kinds of broken promises. */
    Set<Failure.Kind> kinds() {
        return failures.stream().map(Failure::kind).collect(Collectors.toSet());
    }

    /** All that is needed to look into it. */
    String describe() {
        String broken =
                failures.stream().limit(10).map(Failure::toString).collect(Collectors.joining("\n  ", "  ", "\n"));
        return "seed %d: %d failures, %s%n%s%n%s%nThe lines that matter:%n  %s%nRepeat it: %s%n"
                .formatted(
                        seed,
                        failures.size(),
                        kinds(),
                        broken,
                        day,
                        String.join("\n  ", story),
                        "mvn verify -Psoak -Dseeds=1 -Dseed.from=" + seed);
    }
}
