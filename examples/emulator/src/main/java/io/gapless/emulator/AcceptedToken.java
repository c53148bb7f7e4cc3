package io.gapless.emulator;

import org.jspecify.annotations.Nullable;

/** Holds the one bearer token that is accepted. Thread-safe. */
final class AcceptedToken {
    private volatile String current;
    private int rotations;

    AcceptedToken(String first) {
        this.current = first;
    }

    String current() {
        return current;
    }

    /**
     * Returns whether the header holds the token exactly as it was issued. With {@code %2F} decoded it is another
     * token.
     */
    boolean accepts(@Nullable String authorization) {
        return ("Bearer " + current).equals(authorization);
    }

    synchronized String rotate() {
        rotations++;
        current = "AAAAAAAAAAAAAAAAAAAAARotated%2F" + rotations + "%3D";
        return current;
    }
}
