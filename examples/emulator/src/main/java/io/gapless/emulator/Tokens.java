package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** The bearer token that is accepted now. Thread-safe. */
final class Tokens {
    private volatile String accepted;
    private int rotations;

    Tokens(String first) {
        this.accepted = first;
    }

    String accepted() {
        return accepted;
    }

    /** Compared as it was sent: a token with %2F decoded is another token. */
    boolean accepts(@Nullable String authorization) {
        return ("Bearer " + accepted).equals(authorization);
    }

    synchronized String rotate() {
        rotations++;
        accepted = "AAAAAAAAAAAAAAAAAAAAARotated%2F" + rotations + "%3D";
        return accepted;
    }
}
