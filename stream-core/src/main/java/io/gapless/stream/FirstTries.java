package io.gapless.stream;

/**
 * How the handler fares with posts that it gets for the first time. These alone show how the handler is: of posts that
 * failed before, the bad ones fail again and again. Owner: the handler's thread.
 */
final class FirstTries {
    private static final int DOWN_IN_A_ROW = 5;
    private static final int LAST = 50;
    private static final int DOWN_OF_LAST = LAST / 2;
    private static final long MASK = (1L << LAST) - 1;

    /** The last ones, a bit each, the newest lowest; 1 has failed. */
    private long failed;

    private int failedInARow;
    private long ahead;

    /** A post, or a batch as a whole, was handled at its first try: one call, whatever it held. */
    void succeeded() {
        failed = failed << 1 & MASK;
        failedInARow = 0;
        ahead++;
    }

    /** A post has failed at its first try. */
    void failed() {
        failed = (failed << 1 | 1) & MASK;
        failedInARow++;
        ahead--;
    }

    /** Whether the handler is to blame: five in a row have failed, or half of the last fifty. */
    boolean blameTheHandler() {
        return failedInARow >= DOWN_IN_A_ROW || Long.bitCount(failed) >= DOWN_OF_LAST;
    }

    /** By how many more first tries have succeeded than failed, ever. */
    long ahead() {
        return ahead;
    }

    /** What was before the handler worked again says nothing of it. */
    void forget() {
        failed = 0;
        failedInARow = 0;
    }
}
