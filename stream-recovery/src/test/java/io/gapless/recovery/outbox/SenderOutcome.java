package io.gapless.recovery.outbox;

import io.gapless.recovery.soak.PlayedDay;
import java.time.Duration;
import java.util.LinkedHashMap;
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
        Map<SenderFault, Long> strikes)
        implements PlayedDay<SenderFault> {
    @Override
    public Set<SenderFailure.Kind> kinds() {
        return failures.stream().map(SenderFailure::kind).collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("lives", lives);
        counts.put("versions", versions);
        counts.put("polls", polls);
        counts.put("requests", requests);
        return counts;
    }

    @Override
    public String profile() {
        return "sender-soak";
    }
}
