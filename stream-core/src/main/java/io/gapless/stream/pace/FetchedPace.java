package io.gapless.stream.pace;

import java.time.Duration;

/**
 * Decides when recovered posts ({@code fetched} in the code) may be taken while live posts arrive. The threads that
 * receive live posts and that commit need the processor, too. So recovered posts get at most half of the handler's
 * time, and only one turn at a time. The next turn begins after a millisecond, or after four live posts if these come
 * sooner. A turn has 16 recovered posts, or one batch if a batch is larger. A recovery job delivers about one post per
 * millisecond, so only recovered posts that arrive faster than 16 per millisecond are delayed by the turns. Recovery
 * still catches up, however many live posts arrive. If no live post has arrived for 2 s, there is no limit. Owner: the
 * handler's thread.
 */
public final class FetchedPace {
    /**
     * How many recovered posts a turn has. If a batch of the handler is larger, a turn has one batch. A live post waits
     * for at most one turn.
     */
    public static final int TURN = 16;

    private static final long TURN_NANOS = Duration.ofMillis(1).toNanos();
    private static final int TURN_LIVES = TURN / 4;
    private static final long REST_MAX_NANOS = Duration.ofMillis(50).toNanos();
    private static final long LIVE_LATELY_NANOS = Duration.ofSeconds(2).toNanos();

    private long liveNanos;
    /** How many recovered posts were handed over in the current turn. */
    private int fetched;
    /** How many live posts were handed over since the last turn ended. */
    private int livePosts;

    private long restedNanos;
    private long turnNanos;

    public FetchedPace(long nowNanos) {
        liveNanos = nowNanos - LIVE_LATELY_NANOS - 1;
        restedNanos = nowNanos;
        turnNanos = nowNanos;
    }

    /** Counts live posts that were handed over. */
    public void live(int posts, long nowNanos) {
        liveNanos = nowNanos;
        livePosts += posts;
        if (livePosts >= TURN_LIVES) turnNanos = nowNanos;
    }

    /**
     * Counts recovered posts that were handed over.
     *
     * @param tookNanos how long the handler took for these posts
     */
    public void fetched(int posts, long tookNanos, long nowNanos) {
        if (nowNanos - liveNanos > LIVE_LATELY_NANOS) return;
        restedNanos = nowNanos + Math.min(tookNanos, REST_MAX_NANOS);
        fetched += posts;
        if (fetched < TURN) return;
        fetched = 0;
        livePosts = 0;
        turnNanos = nowNanos + TURN_NANOS;
    }

    /** Returns the nanoseconds until recovered posts may be handed over again; 0 or less if they may now. */
    public long untilTurn(long nowNanos) {
        return Math.max(restedNanos - nowNanos, turnNanos - nowNanos);
    }
}
