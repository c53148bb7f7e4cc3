package io.gapless.receiver;

/** Lists what the receiver can do with a request whose key it has not accepted before. */
public enum Deed {
    /** Accepts the request, and acknowledges it. */
    ACCEPT,
    /** Accepts the request, and closes the connection without an answer. */
    ACCEPT_AND_HANG_UP,
    /** Accepts the request, and answers with malformed JSON. */
    ACCEPT_AND_STAMMER,
    /** Answers 503, as an overloaded server does. */
    OVERLOADED,
    /** Answers 429, and asks the sender to wait for 1 s. */
    WAIT,
    /** Answers 200, but with {@code success: false} in the body. */
    SAY_FALSE,
    /** Answers 413, since the request is too large. */
    TOO_LARGE,
    /** Answers 422, since the request contains a bad record. */
    BAD_RECORD;

    boolean accepts() {
        return this == ACCEPT || this == ACCEPT_AND_HANG_UP || this == ACCEPT_AND_STAMMER;
    }
}
