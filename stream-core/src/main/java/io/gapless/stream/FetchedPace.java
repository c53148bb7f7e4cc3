package io.gapless.stream;

import java.time.Duration;

/**
 * When fetched posts may be taken while live ones come: whoever brings live ones, and whoever commits, needs the
 * processor, too. They get half of the handler's time, and no more than a turn a millisecond or for each four live ones,
 * whichever is more; a turn is sixteen posts, or a batch if that is larger. X's jobs bring about one post a millisecond
 * each, so this spreads what comes faster, and however many live posts come, fetching gains on them. Without live posts
 * there is no pace. Owner: the handler's thread.
 */
final class FetchedPace {
    /** A live post that comes waits for so many fetched ones at most, or for one batch. */
    static final int TURN = 16;

    private static final long TURN_NANOS = Duration.ofMillis(1).toNanos();
    private static final int TURN_LIVES = TURN / 4;
    private static final long REST_MAX_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LIVE_LATELY_NANOS = Duration.ofSeconds(2).toNanos();

    private long liveNanos;
    /** Of this turn. */
    private int fetched;
    /** Since the last turn was over. */
    private int lives;

    private long restedNanos;
    private long turnNanos;

    FetchedPace(long nowNanos) {
        liveNanos = nowNanos - LIVE_LATELY_NANOS - 1;
        restedNanos = nowNanos;
        turnNanos = nowNanos;
    }

    /** So many live posts were handed over. */
    void live(int posts, long nowNanos) {
        liveNanos = nowNanos;
        lives += posts;
        if (lives >= TURN_LIVES) turnNanos = nowNanos;
    }

    /** So many fetched posts were handed over, which took so long. */
    void fetched(int posts, long tookNanos, long nowNanos) {
        if (nowNanos - liveNanos > LIVE_LATELY_NANOS) return;
        restedNanos = nowNanos + Math.min(tookNanos, REST_MAX_NANOS);
        fetched += posts;
        if (fetched < TURN) return;
        fetched = 0;
        lives = 0;
        turnNanos = nowNanos + TURN_NANOS;
    }

    /** Nanoseconds until the next turn; not positive when it has come. */
    long untilTurn(long nowNanos) {
        return Math.max(restedNanos - nowNanos, turnNanos - nowNanos);
    }
}
