package io.gapless.recovery;

import io.gapless.recovery.soak.PlayedDay;
import java.time.Duration;
import java.util.LinkedHashMap;
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
        Map<Fault, Long> strikes)
        implements PlayedDay<Fault> {
    @Override
    public Set<Failure.Kind> kinds() {
        return failures.stream().map(Failure::kind).collect(Collectors.toSet());
    }

    @Override
    public Map<String, Long> counts() {
        Map<String, Long> counts = new LinkedHashMap<>();
        counts.put("lives", lives);
        counts.put("posts", posts);
        counts.put("outages", outages);
        counts.put("gaps", gaps);
        counts.put("jobs", jobs);
        counts.put("searches", searches);
        return counts;
    }

    @Override
    public String profile() {
        return "soak";
    }
}
