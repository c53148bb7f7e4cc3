package io.gapless.sending;

/** Decides what the receiver does with a request that it has not accepted before. */
enum Deed {
    /** Accepts it, and answers that it did. */
    ACCEPT,
    /** Accepts it, and closes the connection without an answer. */
    ACCEPT_AND_HANG_UP,
    /** Accepts it, and answers with malformed JSON. */
    ACCEPT_AND_STAMMER,
    /** Answers 503, as if overloaded. */
    OVERLOADED,
    /** Answers 429, with a wait of 1 s. */
    WAIT,
    /** Answers 200, with {@code success: false}. */
    SAY_FALSE,
    /** Answers 413, since the request is too large. */
    TOO_LARGE,
    /** Answers 422, since the request contains a bad record. */
    BAD_RECORD;

    boolean accepts() {
        return this == ACCEPT || this == ACCEPT_AND_HANG_UP || this == ACCEPT_AND_STAMMER;
    }
}
