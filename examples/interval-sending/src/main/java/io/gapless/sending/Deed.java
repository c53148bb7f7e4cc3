package io.gapless.sending;

/** What the receiver does with a request that it has not accepted before. */
enum Deed {
    /** Accepts it and says so. */
    ACCEPT,
    /** Accepts it, and the answer is lost. */
    ACCEPT_AND_HANG_UP,
    /** Accepts it, and answers with something that is no JSON. */
    ACCEPT_AND_STAMMER,
    /** Is overloaded: 503. */
    OVERLOADED,
    /** Wants to be left alone for a second: 429. */
    WAIT,
    /** 200, but {@code success: false}. */
    SAY_FALSE,
    /** Takes no request so large: 413. */
    TOO_LARGE,
    /** There is a bad record in it: 422. */
    BAD_RECORD;

    boolean accepts() {
        return this == ACCEPT || this == ACCEPT_AND_HANG_UP || this == ACCEPT_AND_STAMMER;
    }
}
