package io.gapless.crash;

import io.gapless.proof.kit.Text;
import io.gapless.recovery.ledger.DoubtfulSpan;
import io.gapless.recovery.ledger.DoubtfulSpan.Doubt;
import io.gapless.recovery.ledger.Gap;
import io.gapless.recovery.ledger.LostSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Compares what the handlers of all processes received with what X should have delivered. Not thread-safe.
 *
 * <p>A post may be handed over again only if an earlier process received the post and was killed before it had
 * committed the post. The judge also measures how late commits come: the longest time for which a received post was not
 * committed when its process ended.
 */
final class Judge {
    private static final int MOST_MISSES = 20;

    private final Map<Long, Given> given = new HashMap<>();
    private final List<String> misses = new ArrayList<>();
    private long again;
    private long latestCommitMillis;
    private long twice;
    private long lost;
    private long lostInLedger;

    /**
     * Describes the last receipt of a post: by which process, when, and whether that process had committed the post.
     */
    private record Given(int process, long atMillis, boolean committed) {}

    /**
     * Records that a process received a post. The caller records the processes in the order in which they ran.
     *
     * @param process the number of the process
     * @param id the id of the post
     * @param atMillis when the handler received the post
     * @param endedAtMillis when the process was killed or ended
     * @param committed whether the state directory, as the process left it, contains the id
     */
    void recordPost(int process, long id, long atMillis, long endedAtMillis, boolean committed) {
        Given before = given.put(id, new Given(process, atMillis, committed));
        if (!committed) latestCommitMillis = Math.max(latestCommitMillis, endedAtMillis - atMillis);
        if (before == null) return;
        if (before.process != process && !before.committed) {
            again++;
            return;
        }
        twice++;
        miss(Text.of(
                "%d (%s) was handed over to process %d and committed, and was handed over again to process %d",
                id, createdAt(id), before.process, process));
    }

    private void miss(String what) {
        if (misses.size() < MOST_MISSES) misses.add(what);
    }

    /**
     * Finds the posts between {@code from} and {@code until} that no handler received. Asks for the expected posts of
     * one slice of time after the other. Returns how many posts X should have delivered.
     */
    long compare(
            BiFunction<Instant, Instant, List<Long>> expectedIds,
            Instant from,
            Instant until,
            Duration slice,
            List<Gap> ledger) {
        long expected = 0;
        for (Instant start = from; start.isBefore(until); start = start.plus(slice)) {
            Instant end = start.plus(slice).isBefore(until) ? start.plus(slice) : until;
            for (long id : expectedIds.apply(start, end)) {
                expected++;
                if (given.containsKey(id)) continue;
                boolean inLedger = isInLedger(createdAt(id), ledger);
                if (inLedger) lostInLedger++;
                else lost++;
                miss(Text.of(
                        "%d (%s) was never handed over%s",
                        id, createdAt(id), inLedger ? "; the ledger has it as lost" : ""));
            }
        }
        return expected;
    }

    private static boolean isInLedger(Instant createdAt, List<Gap> ledger) {
        for (Gap gap : ledger) {
            for (LostSpan part : gap.lost()) {
                if (part.span().contains(createdAt)) return true;
            }
            for (DoubtfulSpan part : gap.doubtful()) {
                if (part.doubt() != Doubt.UNPROVEN && part.span().contains(createdAt)) return true;
            }
        }
        return false;
    }

    private static Instant createdAt(long id) {
        return Instant.ofEpochMilli((id >>> 22) + 1_288_834_974_657L);
    }

    long lost() {
        return lost;
    }

    long lostInLedger() {
        return lostInLedger;
    }

    long again() {
        return again;
    }

    /**
     * Returns the longest time, in milliseconds, between the receipt of a post and the end of its process. Only posts
     * that the process had not committed count.
     */
    long latestCommitMillis() {
        return latestCommitMillis;
    }

    long twice() {
        return twice;
    }

    List<String> misses() {
        return List.copyOf(misses);
    }
}
