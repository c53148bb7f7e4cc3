package io.gapless.hosts;

import io.gapless.receiver.Report;
import java.util.List;
import java.util.Map;

/**
 * What came of all strikes.
 *
 * @param posts how many posts X should have delivered
 * @param lost how many of them were never handled
 * @param again for each term that was taken over, how many of its posts it had not committed, so that a later term has
 *     handled them again; under 0, how many posts were handled again in the same term
 * @param twice how many posts were handled again although they were committed
 * @param outOfOrder how many posts of an older term are in the sink after one of a newer term
 * @param refused how many posts of an older term the sink has refused
 * @param connects the most connects of all hosts to X in any 15 minutes
 * @param misses the promises that were broken
 */
public record Verdict(
        long posts,
        long lost,
        Map<Long, Long> again,
        long twice,
        long outOfOrder,
        long refused,
        int connects,
        List<String> misses) {
    /** Returns a report of the numbers and of what was broken. */
    public Report report(String title, String method, String bound) {
        return new Report(title, method, bound)
                .say("posts", posts)
                .say("lost", lost)
                .say(
                        "twice, not committed before the strike",
                        again.values().stream().mapToLong(Long::longValue).sum())
                .say("twice, although committed", twice)
                .say("of an older term after one of a newer term", outOfOrder)
                .say("of an older term, refused by the sink", refused)
                .say("connects to X in any 15 min at most", connects)
                .misses(misses);
    }
}
