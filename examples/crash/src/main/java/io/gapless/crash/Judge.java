package io.gapless.crash;

import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.XEmulator;
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
 * <p>A post may come again only if the earlier process was killed so soon after its handler had returned that it cannot
 * have been committed.
 */
final class Judge {
    private final Duration uncommitted;
    private final Map<Long, Given> given = new HashMap<>();
    private final List<String> misses = new ArrayList<>();
    private long again;
    private long oldestAgainMillis;
    private long twice;

    /** The last time that a post was given to a handler. */
    private record Given(int process, long atMillis, long killedAtMillis) {}

    /**
     * A judge.
     *
     * @param uncommitted how long before the kill a post may have been handled that comes again
     */
    Judge(Duration uncommitted) {
        this.uncommitted = uncommitted;
    }

    /** Hears what a process was given; to be called in the order of the processes. */
    void hear(int process, long id, long atMillis, long killedAtMillis) {
        Given before = given.put(id, new Given(process, atMillis, killedAtMillis));
        if (before == null) return;
        long ageMillis = before.killedAtMillis - before.atMillis;
        if (before.process != process && ageMillis <= uncommitted.toMillis()) {
            again++;
            oldestAgainMillis = Math.max(oldestAgainMillis, ageMillis);
            return;
        }
        twice++;
        if (misses.size() < 20) {
            misses.add(Text.of(
                    "%d (%s) came to process %d %d ms before its end, and again to process %d",
                    id, createdAt(id), before.process, ageMillis, process));
        }
    }

    /** Looks for what never came; returns how many posts there were. */
    long compare(XEmulator x, Instant from, Instant until, Duration slice, List<Gap> ledger) {
        long expected = 0;
        long lost = 0;
        long writtenDown = 0;
        for (Instant start = from; start.isBefore(until); start = start.plus(slice)) {
            Instant end = start.plus(slice).isBefore(until) ? start.plus(slice) : until;
            for (ExpectedPost post : x.shouldHaveDelivered(start, end)) {
                expected++;
                if (given.containsKey(post.id())) continue;
                boolean known = isWrittenDown(post.createdAt(), ledger);
                if (known) writtenDown++;
                else lost++;
                if (misses.size() < 40) {
                    misses.add(Text.of(
                            "%d (%s) never came%s", post.id(), post.createdAt(), known ? ", as the ledger says" : ""));
                }
            }
        }
        this.lost = lost;
        this.writtenDown = writtenDown;
        return expected;
    }

    private long lost;
    private long writtenDown;

    private static boolean isWrittenDown(Instant createdAt, List<Gap> ledger) {
        for (Gap gap : ledger) {
            for (LostSpan part : gap.lost()) {
                if (part.span().contains(createdAt)) return true;
            }
        }
        return false;
    }

    private static Instant createdAt(long id) {
        return Instant.ofEpochMilli((id >>> 22) + 1_288_834_974_657L);
    }

    long handed() {
        return given.size();
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

    long oldestAgainMillis() {
        return oldestAgainMillis;
    }

    long twice() {
        return twice;
    }

    List<String> misses() {
        return List.copyOf(misses);
    }
}
