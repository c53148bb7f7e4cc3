package io.gapless.recovery;

import io.gapless.stream.api.ApiAnswer;
import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Holds the connections whose answer carried a {@code Date} that differs from X's time as it was known before. Until a
 * second answer of X agrees with one of the two, such a connection does not end the outage, but its posts are handed
 * over. To get a second answer, X is asked for its rules, which costs nothing. Owns the list of these connections. Runs
 * on the stream's thread.
 */
final class TimeDoubt {
    private static final String ASKED = "/2/tweets/search/stream/rules";
    private static final Duration ASK_EVERY = Duration.ofSeconds(10);
    /**
     * After this many further answers that agree neither with X's time as it was known nor with each other, the doubt
     * ends. X's time then stays as it was known.
     */
    private static final int DISAGREEING_MAX = 3;

    private final Recovery.Host host;
    private final XClock x;
    private final BiConsumer<Integer, Instant> settled;
    /** The connections in doubt, and when X's answer to each connect arrived, by this machine's clock. */
    private final Map<Integer, Instant> waiting = new TreeMap<>();

    private boolean asking;
    private long askAgainNanos;
    private int disagreeing;

    /**
     * Creates an empty list of connections.
     *
     * @param host the stream
     * @param x X's clock
     * @param settled receives each connection, and when X's answer to its connect arrived, by this machine's clock;
     *     called when the doubt has ended
     */
    TimeDoubt(Recovery.Host host, XClock x, BiConsumer<Integer, Instant> settled) {
        this.host = host;
        this.x = x;
        this.settled = settled;
        this.askAgainNanos = host.time().nanoTime();
    }

    /**
     * Adds a connection to the list, because the date of its answer is in doubt. Does not block: the doubt is settled
     * later.
     */
    void await(int connection, Instant answeredAt) {
        waiting.put(connection, answeredAt);
    }

    boolean isAwaited(int connection) {
        return waiting.containsKey(connection);
    }

    /** Removes a connection that has ended. Returns whether it was still in the list, waiting for a second answer. */
    boolean ended(int connection) {
        return waiting.remove(connection) != null;
    }

    /** Moves the answers' times of arrival along with this machine's clock, which was set. */
    void clockSet(Duration by) {
        waiting.replaceAll((connection, answeredAt) -> answeredAt.plus(by));
    }

    /** Ends the doubt for all connections, and passes each to {@link #settled}. From then on, they count as up. */
    void settle() {
        disagreeing = 0;
        Map<Integer, Instant> certain = Map.copyOf(waiting);
        waiting.clear();
        certain.forEach(settled);
    }

    void step() {
        long nowNanos = host.time().nanoTime();
        if (waiting.isEmpty() || asking || nowNanos - askAgainNanos < 0) return;
        if (host.api().windows().waitNanos("GET", ASKED, nowNanos) > 0) return;
        asking = true;
        askAgainNanos = nowNanos + ASK_EVERY.toNanos();
        Instant askedAt = host.time().instant();
        host.api()
                .get(ASKED, Map.of("max_results", "1"))
                .whenComplete((answer, failed) -> host.execute(() -> {
                    asking = false;
                    // Without an answer, X's time stays in doubt, and X is asked again.
                    if (failed == null) heard(answer, askedAt, host.time().instant());
                }));
    }

    private void heard(ApiAnswer answer, Instant askedAt, Instant now) {
        if (answer instanceof ApiAnswer.Received received && isOfX(received)) {
            answered(new Recovery.Accepted(received.head(), askedAt, now));
        }
    }

    /** Compares the date of a further answer with X's time as it is known, and ends the doubt if the answer does. */
    void answered(Recovery.Accepted answer) {
        if (answer.head().date().isEmpty()) return;
        XClock.Learned learned = x.learn(answer);
        if (waiting.isEmpty()) return;
        if (learned != XClock.Learned.DOUBT || ++disagreeing >= DISAGREEING_MAX) settle();
    }

    private static boolean isOfX(ApiAnswer.Received answer) {
        return answer.ok()
                ? answer.body().has("data") || answer.body().has("meta")
                : answer.problem().isOfX();
    }
}
