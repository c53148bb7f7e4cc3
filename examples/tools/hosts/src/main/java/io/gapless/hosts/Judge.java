package io.gapless.hosts;

import io.gapless.emulator.ExpectedPost;
import io.gapless.emulator.SeenRequest;
import io.gapless.emulator.XEmulator;
import io.gapless.recovery.state.AcknowledgedIds;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/**
 * Compares what the sink has with what X should have delivered between two times.
 *
 * <p>A post may come twice only if the term that handled it first ended before it had committed the post. A handler that
 * failed because the database was restarted may have written before it failed, so its posts may come twice, too.
 */
final class Judge {
    private static final Duration SLICE = Duration.ofSeconds(20);
    private static final int MOST_MISSES = 20;

    private final XEmulator x;
    private final Database database;
    private final List<Struck> struck;
    private final Instant from;
    private final Instant until;
    private final List<String> misses = new ArrayList<>();

    Judge(XEmulator x, Database database, List<Struck> struck, Instant from, Instant until) {
        this.x = x;
        this.database = database;
        this.struck = struck;
        this.from = from;
        this.until = until;
    }

    /** Waits until no post is missing, or until the time limit. */
    void awaitComplete(Duration atMost) throws SQLException, InterruptedException {
        long untilNanos = System.nanoTime() + atMost.toNanos();
        while (!missing().isEmpty() && System.nanoTime() < untilNanos) TimeUnit.MILLISECONDS.sleep(500);
    }

    private List<Long> missing() throws SQLException {
        AcknowledgedIds handled = database.handledIds();
        return expected().filter(id -> !handled.contains(id)).boxed().toList();
    }

    private LongStream expected() {
        LongStream.Builder ids = LongStream.builder();
        for (Instant start = from; start.isBefore(until); start = start.plus(SLICE)) {
            Instant end = start.plus(SLICE).isBefore(until) ? start.plus(SLICE) : until;
            for (ExpectedPost post : x.shouldHaveDelivered(start, end)) ids.add(post.id());
        }
        return ids.build();
    }

    Verdict verdict(List<String> others) throws SQLException {
        misses.addAll(others);
        List<Long> missing = missing();
        for (long id : missing) miss(id + " was never handled");
        Map<Long, Long> again = new HashMap<>();
        for (Struck one : struck) if (one.takeover().isPresent()) again.put(one.struckTerm(), 0L);
        long twice = 0;
        Map<Long, AcknowledgedIds> committed = new HashMap<>();
        for (Database.Repeat repeat : database.repeats()) {
            List<Long> terms = repeat.terms();
            for (int i = 1; i < terms.size(); i++) {
                long earlier = terms.get(i - 1);
                long later = terms.get(i);
                boolean allowed = earlier == later
                        ? isRestartedIn(earlier)
                        : !committed
                                .computeIfAbsent(earlier, database::committedIn)
                                .contains(repeat.id());
                if (allowed) {
                    again.merge(earlier == later ? 0L : earlier, 1L, Long::sum);
                } else {
                    twice++;
                    miss(repeat.id() + " was handled and committed in term " + earlier + ", and handled again in term "
                            + later);
                }
            }
        }
        long outOfOrder = database.outOfOrder();
        if (outOfOrder > 0) miss(outOfOrder + " posts of an older term came after one of a newer term");
        return new Verdict(
                expected().count(),
                missing.size(),
                again,
                twice,
                outOfOrder,
                database.refused(),
                connectsInAnyWindow(),
                List.copyOf(misses));
    }

    private boolean isRestartedIn(long term) {
        Set<Long> terms = new HashSet<>();
        long before = 0;
        for (Struck one : struck) {
            if (one.strike() == Strike.DATABASE_RESTART) {
                terms.add(before);
                terms.add(one.term());
            }
            before = one.term();
        }
        return terms.contains(term);
    }

    private void miss(String what) {
        if (misses.size() < MOST_MISSES) misses.add(what);
    }

    /** Returns the most connects of all hosts to X's stream within 15 minutes, connections of recovery jobs included. */
    private int connectsInAnyWindow() {
        return ConnectWindow.most(x.requests().stream()
                .filter(request -> request.path().endsWith("/stream"))
                .map(SeenRequest::at));
    }
}
