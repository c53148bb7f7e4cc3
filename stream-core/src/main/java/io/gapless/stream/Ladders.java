package io.gapless.stream;

import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.List;

/**
 * Holds how many steps of each back-off ladder have been climbed. The steps for network failures, HTTP errors and 429
 * are those that X documents. Immutable: a climb returns a new value, and a reset replaces the value by {@link
 * #BOTTOM}.
 *
 * @param network steps climbed for network failures: 250 ms, 500 ms, … 16 s
 * @param http steps climbed for HTTP errors: 5 s, 10 s, … 320 s
 * @param rate steps climbed for 429: 60 s, 120 s, … 15 min
 * @param busy refusals in a row because the connection limit is reached: the first wait is 5 s, later waits follow the
 *     ladder for 429
 * @param parked answers in a row that are not X's last word: waits of 1, 2 and 5 min, then always 15 min
 * @param tokenRefused whether X has refused a token since it last accepted one
 */
record Ladders(int network, int http, int rate, int busy, int parked, boolean tokenRefused) {
    static final Ladders BOTTOM = new Ladders(0, 0, 0, 0, 0, false);

    private static final Duration NETWORK_STEP = Duration.ofMillis(250);
    private static final Duration NETWORK_MAX = Duration.ofSeconds(16);
    private static final Duration HTTP_FIRST = Duration.ofSeconds(5);
    private static final Duration HTTP_MAX = Duration.ofSeconds(320);
    private static final Duration RATE_FIRST = Duration.ofSeconds(60);
    private static final Duration RATE_MAX = Duration.ofMinutes(15);
    private static final Duration BUSY_FIRST = Duration.ofSeconds(5);

    private static final List<Duration> PARKED =
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofMinutes(5), Duration.ofMinutes(15));

    private static final IntervalFunction NETWORK =
            IntervalFunction.of(NETWORK_STEP, last -> Math.min(last + NETWORK_STEP.toMillis(), NETWORK_MAX.toMillis()));
    private static final IntervalFunction HTTP = IntervalFunction.ofExponentialBackoff(HTTP_FIRST, 2, HTTP_MAX);
    private static final IntervalFunction RATE = IntervalFunction.ofExponentialBackoff(RATE_FIRST, 2, RATE_MAX);

    /** Holds the result of one climb: the wait, the ladders after it, and whether the wait is the ladder's ceiling. */
    record Step(Duration delay, Ladders ladders, boolean ceiling) {}

    Step climbNetwork() {
        return step(NETWORK, network, NETWORK_MAX, new Ladders(network + 1, http, rate, busy, parked, tokenRefused));
    }

    Step climbHttp() {
        return step(HTTP, http, HTTP_MAX, new Ladders(network, http + 1, rate, busy, parked, tokenRefused));
    }

    Step climbRate() {
        return step(RATE, rate, RATE_MAX, new Ladders(network, http, rate + 1, busy, parked, tokenRefused));
    }

    /**
     * Climbs because the connection limit is reached. The first wait is short, because X usually frees the slot of an
     * ended connection after some seconds.
     */
    Step climbBusy() {
        Ladders next = new Ladders(network, http, rate, busy + 1, parked, tokenRefused);
        return busy == 0 ? new Step(BUSY_FIRST, next, false) : next.climbRate();
    }

    /**
     * Climbs because an answer is not X's last word. The cause of such an answer may last, so the waits soon grow to 15
     * min.
     */
    Step climbParked() {
        Duration delay = PARKED.get(Math.min(parked, PARKED.size() - 1));
        return new Step(delay, new Ladders(network, http, rate, busy, parked + 1, tokenRefused), false);
    }

    Ladders withTokenRefused() {
        return new Ladders(network, http, rate, busy, parked, true);
    }

    Ladders withTokenAccepted() {
        return new Ladders(network, http, rate, busy, parked, false);
    }

    private static Step step(IntervalFunction ladder, int climbed, Duration max, Ladders next) {
        Duration delay = Duration.ofMillis(ladder.apply(climbed + 1));
        return new Step(delay, next, delay.compareTo(max) >= 0);
    }
}
