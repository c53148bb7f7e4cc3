package io.gapless.stream.api;

/** Has a token at hand, so that asking for it never blocks and needs no thread. */
interface KnownToken {
    /** Returns the token. */
    String token();
}
