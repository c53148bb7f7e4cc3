package io.gapless.recovery;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Returns X's time: this machine's clock, corrected by the {@code Date} of X's answers. Owner: the stream's thread; any
 * thread may read it.
 */
final class XClock implements InstantSource {
    /** The average delay of a {@code Date}, because it is cut to whole seconds. */
    private static final Duration DATE_LAG = Duration.ofMillis(500);
    /** Smaller differences come from this cut and from the travel time of the answer. */
    private static final Duration NOISE = Duration.ofSeconds(2);

    /**
     * A larger difference is not believed until a second answer agrees, because a server in between may have changed
     * the date.
     */
    private static final Duration LEAP = Duration.ofSeconds(60);
    /**
     * Two answers agree if they differ by no more than this: their cuts, their travel times, and the drift of a clock.
     */
    private static final Duration AGREED = Duration.ofSeconds(5);

    /** What was learned from an answer. */
    enum Learned {
        /** Nothing new. */
        NOTHING,
        /** The skew has changed. */
        SKEW,
        /** The answer would be a leap, and no earlier one agrees with it. */
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

    /** Returns a moment of this machine's clock in X's time. */
    Instant of(Instant localMoment) {
        return localMoment.plus(skew);
    }

    /**
     * Learns from an answer of X.
     *
     * @param date the {@code Date} of the answer
     * @param cameAt when the answer arrived, by this machine's clock
     */
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

    /**
     * Corrects the skew when this machine's clock was set. If the machine was suspended instead, X's time seems earlier
     * than it is, which errs on the safe side.
     */
    void localSet(Duration by) {
        skew = skew.minus(by);
        doubted = null;
    }

    /** Returns how far X's clock is ahead of this machine's; negative if it is behind. */
    Duration skew() {
        return skew;
    }
}
