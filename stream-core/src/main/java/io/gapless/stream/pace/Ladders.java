package io.gapless.stream.pace;

import io.gapless.stream.api.BackOff;
import java.time.Duration;
import java.util.Optional;

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
public record Ladders(int network, int http, int rate, int busy, int parked, boolean tokenRefused) {
    public static final Ladders BOTTOM = new Ladders(0, 0, 0, 0, 0, false);

    /** Holds the result of one climb: the wait, the ladders after it, and whether the wait is the ladder's ceiling. */
    public record Step(Duration delay, Ladders ladders, boolean ceiling) {}

    public Step climbNetwork() {
        return step(BackOff.NETWORK, network, new Ladders(network + 1, http, rate, busy, parked, tokenRefused));
    }

    public Step climbHttp() {
        return step(BackOff.HTTP, http, new Ladders(network, http + 1, rate, busy, parked, tokenRefused));
    }

    public Step climbRate() {
        return step(BackOff.RATE, rate, new Ladders(network, http, rate + 1, busy, parked, tokenRefused));
    }

    /**
     * Climbs because the connection limit is reached. The first wait is short, because X usually frees the slot of an
     * ended connection after some seconds.
     */
    public Step climbBusy() {
        Ladders next = new Ladders(network, http, rate, busy + 1, parked, tokenRefused);
        return busy == 0 ? new Step(BackOff.SLOT_TAKEN, next, false) : next.climbRate();
    }

    /**
     * Climbs because an answer is not X's last word. The cause of such an answer may last, so the waits soon grow to 15
     * min.
     */
    public Step climbParked() {
        Duration delay = BackOff.parked(parked + 1);
        return new Step(delay, new Ladders(network, http, rate, busy, parked + 1, tokenRefused), false);
    }

    /** Climbs like {@link #climbParked()}, but waits no longer than until the end of a cap, if X has named it. */
    public Step climbParked(Optional<Duration> untilCapReset) {
        return new Step(BackOff.parked(parked + 1, untilCapReset), climbParked().ladders(), false);
    }

    public Ladders withTokenRefused() {
        return new Ladders(network, http, rate, busy, parked, true);
    }

    public Ladders withTokenAccepted() {
        return new Ladders(network, http, rate, busy, parked, false);
    }

    private static Step step(BackOff ladder, int climbed, Ladders next) {
        Duration delay = ladder.after(climbed + 1);
        return new Step(delay, next, delay.compareTo(ladder.longest()) >= 0);
    }
}
