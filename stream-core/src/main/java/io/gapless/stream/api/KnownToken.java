package io.gapless.stream.api;

/** Marks a token source that holds a fixed token, so that a call for the token never blocks and needs no thread. */
interface KnownToken {
    /** Returns the token. */
    String token();
}
