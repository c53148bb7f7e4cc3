package io.gapless.recovery;

import io.gapless.recovery.state.Change;
import io.gapless.recovery.state.NoteNames;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the connects of the last 15 minutes for the next process. X counts connects per app, so a program that is
 * restarted in a loop must not begin with a full connect budget each time. Owns the counts. Runs on the stream's
 * thread.
 *
 * <pre>
 *  note:  1764470400:3 1764470415:1      START:CONNECTS for each 15 s; START is in seconds of X's time
 * </pre>
 */
final class ConnectLog {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final long BUCKET_SECONDS = 15;

    private final XClock x;
    private final Consumer<Change> remember;
    private final NavigableMap<Long, Integer> connects = new TreeMap<>();

    ConnectLog(XClock x, @Nullable String note, Consumer<Change> remember) {
        this.x = x;
        this.remember = remember;
        if (note == null || note.isEmpty()) return;
        for (String bucket : note.split(" ")) {
            int colon = bucket.indexOf(':');
            connects.put(Long.parseLong(bucket.substring(0, colon)), Integer.parseInt(bucket.substring(colon + 1)));
        }
    }

    /**
     * Charges the connect budget for the connects of earlier processes. The note only holds in which 15 s a connect was
     * made, so each connect counts as made at the end of its 15 s.
     */
    void chargeTo(Recovery.Host host) {
        Instant now = x.instant();
        forgetOld(now);
        connects.forEach((second, count) -> {
            Duration ago = Duration.between(Instant.ofEpochSecond(second + BUCKET_SECONDS), now);
            // The clock of an earlier process may have been ahead, so that a connect seems to lie in the future. Such a
            // connect counts as made now, so that it delays other connects by no more than 15 minutes.
            host.chargeEarlier(count, ago.isNegative() ? Duration.ZERO : ago);
        });
    }

    void charged(int count) {
        Instant now = x.instant();
        forgetOld(now);
        long second = Math.floorDiv(now.getEpochSecond(), BUCKET_SECONDS) * BUCKET_SECONDS;
        if (count > 0) connects.merge(second, count, Integer::sum);
        else if (!connects.isEmpty()) connects.compute(connects.lastKey(), (key, held) -> less(held));
        remember.accept(new Change.Noted(NoteNames.CONNECTS, note()));
    }

    private static @Nullable Integer less(@Nullable Integer held) {
        return held == null || held <= 1 ? null : held - 1;
    }

    private void forgetOld(Instant now) {
        connects.headMap(now.minus(WINDOW).getEpochSecond() - BUCKET_SECONDS, true)
                .clear();
        connects.tailMap(now.plus(WINDOW).getEpochSecond(), false).clear();
    }

    private String note() {
        return connects.entrySet().stream().map(ConnectLog::bucket).collect(Collectors.joining(" "));
    }

    private static String bucket(Map.Entry<Long, Integer> entry) {
        return entry.getKey() + ":" + entry.getValue();
    }
}
