package io.gapless.recovery;

import io.gapless.stream.spi.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Returns X's time: this machine's clock, corrected by the {@code Date} of X's answers. Only the stream's thread
 * changes the correction; any thread may read the time.
 */
final class XClock implements InstantSource {
    /** How much a {@code Date} lags on average, because X cuts it to whole seconds. */
    private static final Duration DATE_LAG = Duration.ofMillis(500);
    /** Differences up to this are ignored: they arise because the {@code Date} is cut to whole seconds. */
    private static final Duration NOISE = Duration.ofSeconds(1);
    /**
     * An answer that took longer shows too little: it may agree with the skew, but it neither changes nor confirms it. With
     * the two above, X's time is known to three seconds.
     */
    private static final Duration NARROW = Duration.ofMillis(1_500);
    /** If no answer is quicker, so many that agree count, too. */
    private static final int SLOW_ANSWERS = 4;

    /**
     * Two answers agree if the differences that they show lie no further apart than this. The tolerance allows for the
     * cut to whole seconds, the travel times, and the drift of a clock.
     */
    private static final Duration AGREED = Duration.ofSeconds(5);

    /** A signal that is older than this has ended its connection. */
    private static final Duration SIGNAL_MAX = Duration.ofMinutes(10);

    /** What an answer has shown about the skew. */
    enum Learned {
        /** The answer agrees with the known skew. */
        NOTHING,
        /** The skew has changed, because the answer before has shown the same difference. */
        SKEW,
        /**
         * The answer differs from the known skew, and the answer before does not agree with it; or it took too long to
         * show whether it differs. A server in between may have changed its {@code Date}.
         */
        DOUBT
    }

    private final InstantSource local;
    private volatile Duration skew;
    /**
     * Whether an answer of this process has confirmed the skew. Until then, the skew is a guess or remembered, and this
     * machine's clock may have been set since.
     */
    private boolean confirmed;

    private @Nullable Range doubted;
    /** The jumps ahead of this machine's clock within {@link #SIGNAL_MAX}, the oldest first. */
    private final List<Jump> jumps = new ArrayList<>();

    private Consumer<Duration> corrected = by -> {};

    /**
     * A jump ahead of this machine's clock: the clock was set, or the machine was suspended.
     *
     * @param at when it was noticed, by this machine's clock
     * @param skew the skew that dates a signal from before the jump, as if the clock had been set
     */
    private record Jump(Instant at, Duration skew) {}

    /**
     * The skews that answers allow, since X has written each {@code Date} at some moment between request and answer.
     *
     * @param answers how many answers in a row allow them
     */
    private record Range(Duration least, Duration most, int answers) {
        Duration nearest(Duration skew) {
            if (skew.compareTo(least) < 0) return least;
            return skew.compareTo(most) > 0 ? most : skew;
        }

        boolean isNarrow() {
            return most.minus(least).compareTo(NARROW) <= 0;
        }

        boolean agrees(Range other) {
            return least.minus(other.most).compareTo(AGREED) <= 0
                    && other.least.minus(most).compareTo(AGREED) <= 0;
        }

        /**
         * Returns what both allow. If they do not meet, the greater one is right: time on the way that was not measured makes
         * a skew look smaller.
         */
        Range both(Range other) {
            Duration from = greater(least, other.least);
            Duration until = most.compareTo(other.most) < 0 ? most : other.most;
            return new Range(from, greater(from, until), answers + other.answers);
        }
    }

    XClock(InstantSource local) {
        this.local = local;
        this.skew = Duration.ZERO;
    }

    /**
     * Takes the skew that an earlier process of the stream has learned, until an answer of X confirms it.
     *
     * @param note the remembered skew; null if there is none
     */
    void recall(@Nullable String note) {
        if (note != null) skew = Duration.parse(note);
    }

    @Override
    public Instant instant() {
        return of(local.instant());
    }

    /** Converts a moment by this machine's clock to X's time. */
    Instant of(Instant localMoment) {
        return localMoment.plus(skew);
    }

    /**
     * Converts the moment of a signal by this machine's clock to X's time.
     *
     * <p>The stream counts back from now, by the monotonic clock, to a signal from before a jump. If the machine was suspended, the
     * signal is older than that by the length of the suspend. The skew that was corrected for a clock that was set makes up for
     * it. But the next answers of X undo this correction, perhaps before the stream notices that the connection has stalled. So the
     * lesser skew counts, since a signal that is dated too early loses no post.
     */
    Instant ofSignal(Instant localMoment) {
        Duration least = skew;
        for (Jump jump : jumps) {
            if (localMoment.isBefore(jump.at) && jump.skew.compareTo(least) < 0) least = jump.skew;
        }
        return localMoment.plus(least);
    }

    /** Tells {@code owner}, each time that an answer of X has corrected the skew, by how much. */
    void whenCorrected(Consumer<Duration> owner) {
        corrected = owner;
    }

    /** Compares the {@code Date} of an answer, if it has one, with the known skew. See the other method. */
    Learned learn(Recovery.Accepted answer) {
        return answer.head()
                .date()
                .map(date -> learn(date, answer.askedAt(), answer.arrivedAt()))
                .orElse(Learned.NOTHING);
    }

    /**
     * Compares the {@code Date} of an answer with the known skew, and corrects the skew if they differ. X has written the
     * date at some moment between the two others. So an answer that took long shows only a range of skews, and agrees
     * with each of them.
     *
     * @param date the {@code Date} of the answer
     * @param askedAt when the request was sent, by this machine's clock
     * @param cameAt when the answer arrived, by this machine's clock
     */
    Learned learn(Instant date, Instant askedAt, Instant cameAt) {
        Instant written = date.plus(DATE_LAG);
        Duration least = Duration.between(cameAt, written);
        // A clock that was set back meanwhile shows an answer before its request.
        Range shown = new Range(least, greater(least, Duration.between(askedAt, written)), 1);
        Range before = doubted;
        // What agrees with the known skew needs no second answer, nor does it speak for one in doubt.
        boolean known = shown.isNarrow() && agrees(shown.nearest(skew));
        if (!known && before != null && before.agrees(shown)) shown = shown.both(before);
        Duration seen = shown.nearest(skew);
        boolean same = agrees(seen);
        boolean certain =
                known || (shown.isNarrow() ? shown.answers > 1 : same && confirmed || shown.answers >= SLOW_ANSWERS);
        doubted = certain ? null : shown;
        if (!certain) return Learned.DOUBT;
        confirmed = true;
        if (same) return Learned.NOTHING;
        Duration by = seen.minus(skew);
        skew = seen;
        corrected.accept(by);
        return Learned.SKEW;
    }

    private boolean agrees(Duration seen) {
        return seen.minus(skew).abs().compareTo(NOISE) <= 0;
    }

    private static Duration greater(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    /**
     * Corrects the skew when this machine's clock was set, so that X's time does not jump with that clock. If the
     * machine was suspended instead, X's time seems earlier than it is, which errs on the safe side.
     */
    void localSet(Duration by) {
        Instant now = local.instant();
        skew = skew.minus(by);
        doubted = null;
        jumps.replaceAll(jump -> new Jump(jump.at.plus(by), jump.skew.minus(by)));
        jumps.removeIf(jump -> jump.at.isBefore(now.minus(SIGNAL_MAX)));
        if (!by.isNegative()) jumps.add(new Jump(now, skew));
    }

    /** Returns how far X's clock is ahead of this machine's; negative if it is behind. */
    Duration skew() {
        return skew;
    }
}
