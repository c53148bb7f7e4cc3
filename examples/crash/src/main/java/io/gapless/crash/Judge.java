package io.gapless.crash;

import io.gapless.recovery.Doubt;
import io.gapless.recovery.DoubtfulSpan;
import io.gapless.recovery.Gap;
import io.gapless.recovery.LostSpan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what the handlers of all processes were given with what X should have delivered. Not thread-safe.
 *
 * <p>A post may come again only if the process was killed before the post had been committed; and after a short while
 * it must have been.
 */
final class Judge {
    private static final int MOST_MISSES = 20;

    private final Map<Long, Given> given = new HashMap<>();
    private final List<String> misses = new ArrayList<>();
    private long again;
    private long latestCommitMillis;
    private long twice;
    private long lost;
    private long writtenDown;

    /** The last time that a post was given to a handler. */
    private record Given(int process, long atMillis, boolean committed) {}

    /**
     * Hears what a process was given, in the order of the processes.
     *
     * @param process its number
     * @param id which post
     * @param atMillis when
     * @param endedAtMillis when the process was killed
     * @param committed whether the id was found in the state it left
     */
    void hear(int process, long id, long atMillis, long endedAtMillis, boolean committed) {
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

    /** Looks for what never came; returns how many posts there were. */
    long compare(Owed owed, Instant from, Instant until, Duration slice, List<Gap> ledger) {
        long expected = 0;
        for (Instant start = from; start.isBefore(until); start = start.plus(slice)) {
            Instant end = start.plus(slice).isBefore(until) ? start.plus(slice) : until;
            for (long id : owed.ids(start, end)) {
                expected++;
                if (given.containsKey(id)) continue;
                boolean known = isWrittenDown(createdAt(id), ledger);
                if (known) writtenDown++;
                else lost++;
                miss(Text.of(
                        "%d (%s) was never handed over%s",
                        id, createdAt(id), known ? "; the ledger has it as lost" : ""));
            }
        }
        return expected;
    }

    private static boolean isWrittenDown(Instant createdAt, List<Gap> ledger) {
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

    long writtenDown() {
        return writtenDown;
    }

    long again() {
        return again;
    }

    /** How long before its process's end the oldest post was handled that had not been committed. */
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
