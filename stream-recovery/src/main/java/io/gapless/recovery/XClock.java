package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * X's time: this machine's clock, set right by the {@code Date} of X's answers. Owner: the stream's thread; read by
 * anyone.
 */
final class XClock implements InstantSource {
    /** A {@code Date} is cut to seconds: on average it is half a second late. */
    private static final Duration DATE_LAG = Duration.ofMillis(500);
    /** What differs by less is the cut and the way. */
    private static final Duration NOISE = Duration.ofSeconds(2);

    /** What differs by more is not believed before a second answer agrees: one may have been changed on the way. */
    private static final Duration LEAP = Duration.ofSeconds(60);
    /** Two answers agree up to that: their cuts, their ways, and what a clock drifts in between. */
    private static final Duration AGREED = Duration.ofSeconds(5);

    /** What came of an answer. */
    enum Learned {
        /** What was known. */
        NOTHING,
        /** The skew has changed. */
        SKEW,
        /** The answer would be a leap, and no other one has said so yet. */
        DOUBT
    }

    private final InstantSource local;
    private volatile Duration skew;
    private @Nullable Duration doubted;

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

    /** Learns from an answer that is X's, which came at a moment of this machine's clock. */
    Learned learn(Instant date, Instant cameAt) {
        Duration seen = Duration.between(cameAt, date.plus(DATE_LAG));
        Duration leap = seen.minus(skew).abs();
        Duration before = doubted;
        doubted = null;
        if (leap.compareTo(NOISE) <= 0) return Learned.NOTHING;
        boolean agreed = before != null && seen.minus(before).abs().compareTo(AGREED) <= 0;
        if (leap.compareTo(LEAP) > 0 && !agreed) {
            doubted = seen;
            return Learned.DOUBT;
        }
        skew = seen;
        return Learned.SKEW;
    }

    /** This machine's clock was set, and X's was not. If it was suspended instead, X's time seems earlier than it is: safe. */
    void localSet(Duration by) {
        skew = skew.minus(by);
        doubted = null;
    }

    /** How far X's clock is ahead of this machine's. */
    Duration skew() {
        return skew;
    }
}
