package io.gapless.stream.pace;

/**
 * Decides from first tries whether the handler is down. A first try is the first call of the handler with a post.
 * Retries do not show whether the handler is down, because a bad post fails at each retry. Owner: the handler's thread.
 */
public final class FirstTries {
    private static final int DOWN_IN_A_ROW = 5;
    private static final int LAST = 50;
    private static final int DOWN_OF_LAST = LAST / 2;
    private static final long MASK = (1L << LAST) - 1;

    /** The last 50 first tries, one bit each, the newest lowest; 1 means failed. */
    private long failed;

    private int failedInARow;
    private long ahead;

    /** Counts a success at the first try. A batch counts once, because it is one call of the handler. */
    public void succeeded() {
        failed = failed << 1 & MASK;
        failedInARow = 0;
        ahead++;
    }

    /** Counts a post that has failed at its first try. */
    public void failed() {
        failed = (failed << 1 | 1) & MASK;
        failedInARow++;
        ahead--;
    }

    /** Returns whether the handler is down: 5 first tries in a row, or half of the last 50, have failed. */
    public boolean blameTheHandler() {
        return failedInARow >= DOWN_IN_A_ROW || Long.bitCount(failed) >= DOWN_OF_LAST;
    }

    /** Returns how many more first tries have succeeded than failed, since the start. */
    public long ahead() {
        return ahead;
    }

    /**
     * Forgets the earlier first tries when the handler is up again, because they do not describe a handler that works.
     * The value of {@link #ahead} stays.
     */
    public void forget() {
        failed = 0;
        failedInARow = 0;
    }
}
