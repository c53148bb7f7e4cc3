package io.gapless.stream.api;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Lists the back-off ladders that all requests to X climb: connects, recovery jobs, searches and rule calls. The first
 * three are those that X documents.
 *
 * @see <a href="https://docs.x.com/x-api/fundamentals/consuming-streaming-data">X: reconnecting</a>
 */
public enum BackOff {
    /** For failures of the network: 250 ms, then 250 ms more each time, at most 16 s. */
    NETWORK(Duration.ofSeconds(16), IntervalFunction.of(Duration.ofMillis(250), last -> Math.min(last + 250, 16_000))),
    /** For answers with an HTTP error: 5 s, 10 s, … 320 s. */
    HTTP(
            Duration.ofSeconds(320),
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(5), 2, Duration.ofSeconds(320))),
    /** For a used-up rate limit, 429: 60 s, 120 s, … 15 min. */
    RATE(
            Duration.ofMinutes(15),
            IntervalFunction.ofExponentialBackoff(Duration.ofSeconds(60), 2, Duration.ofMinutes(15)));

    /**
     * The first wait after a refusal because all connections are taken. X usually frees the slot of an ended connection
     * after some seconds. Later waits are those of {@link #RATE}.
     */
    public static final Duration SLOT_TAKEN = Duration.ofSeconds(5);

    private static final List<Duration> PARKED =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15));

    private final Duration longest;
    private final IntervalFunction millis;

    BackOff(Duration longest, IntervalFunction millis) {
        this.longest = longest;
        this.millis = millis;
    }

    /**
     * Returns the wait after a number of failures in a row.
     *
     * @param failures 1 or more
     * @return the wait, at most {@link #longest}
     */
    public Duration after(int failures) {
        return Duration.ofMillis(millis.apply(failures));
    }

    /**
     * Returns the longest wait of this ladder, which is its ceiling.
     *
     * @return the wait after many failures
     */
    public Duration longest() {
        return longest;
    }

    /**
     * Returns how long to park after a number of answers in a row that were not X's last word.
     *
     * @param times 1 or more
     * @return 1 min, 2 min, 5 min, then 15 min each time
     */
    public static Duration parked(int times) {
        return PARKED.get(Math.min(times, PARKED.size()) - 1);
    }

    /**
     * Returns the same wait as {@link #parked(int)}. If X has named the end of a cap, and this end is nearer, returns
     * the time until then plus 1 s. A later end does not count, because a person may raise the cap before.
     *
     * @param times 1 or more
     * @param untilCapReset how long until the end of the cap; empty if X has not named it
     * @return the wait
     */
    public static Duration parked(int times, Optional<Duration> untilCapReset) {
        Duration step = parked(times);
        return untilCapReset
                .map(rest -> rest.plusSeconds(1))
                .filter(rest -> rest.compareTo(Duration.ofSeconds(1)) > 0 && rest.compareTo(step) < 0)
                .orElse(step);
    }
}
