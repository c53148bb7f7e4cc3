package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * X's time: this machine's clock, set right by the {@code Date} of X's answers. Owner: the stream's thread; read by
 * anyone.
 */
final class XClock implements InstantSource {
    /** A {@code Date} is cut to seconds: on average it is half a second late. */
    private static final Duration DATE_LAG = Duration.ofMillis(500);
    /** What differs by less is the cut and the way. */
    private static final Duration NOISE = Duration.ofSeconds(2);

    private final InstantSource local;
    private volatile Duration skew;

    XClock(InstantSource local, Duration skew) {
        this.local = local;
        this.skew = skew;
    }

    @Override
    public Instant instant() {
        return of(local.instant());
    }

    /** A moment of this machine's clock, in X's time. */
    Instant of(Instant localMoment) {
        return localMoment.plus(skew);
    }

    /** Learns from an answer that has just come; returns whether the skew has changed. */
    boolean learn(Instant date) {
        Duration seen = Duration.between(local.instant(), date.plus(DATE_LAG));
        if (seen.minus(skew).abs().compareTo(NOISE) <= 0) return false;
        skew = seen;
        return true;
    }

    /** This machine's clock was set, and X's was not. If it was suspended instead, X's time seems earlier than it is: safe. */
    void localSet(Duration by) {
        skew = skew.minus(by);
    }

    /** How far X's clock is ahead of this machine's. */
    Duration skew() {
        return skew;
    }
}
