package io.gapless.recovery.outbox;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What came of a simulated day of sending.
 *
 * @param seed repeats it
 * @param day what was drawn, in words
 * @param failures broken promises, in the order in which they were noticed
 * @param story the lines before the first failure
 * @param hash over all that happened
 * @param length virtual time
 * @param versions that were written to the table
 * @param polls of the table
 * @param requests that the receiver saw
 * @param lives of the process
 * @param strikes how often each fault really struck
 */
record SenderOutcome(
        long seed,
        String day,
        List<SenderFailure> failures,
        List<String> story,
        long hash,
        Duration length,
        long versions,
        long polls,
        long requests,
        long lives,
        Map<SenderFault, Long> strikes) {
    boolean isGood() {
        return failures.isEmpty();
    }

    /** The kinds of broken promises. */
    Set<SenderFailure.Kind> kinds() {
        return failures.stream().map(SenderFailure::kind).collect(Collectors.toCollection(TreeSet::new));
    }

    /** All that is needed to look into it. */
    String describe() {
        String broken = failures.stream()
                .limit(10)
                .map(SenderFailure::toString)
                .collect(Collectors.joining("\n  ", "  ", "\n"));
        return "seed %d: %d failures, %s%n%s%n%s%nThe lines that matter:%n  %s%nRepeat it: %s%n"
                .formatted(
                        seed,
                        failures.size(),
                        kinds(),
                        broken,
                        day,
                        String.join("\n  ", story),
                        "mvn verify -Psender-soak -Dseeds=1 -Dseed.from=" + seed);
    }
}
